// The agents that assess every claim, by the names of their findings. A claim goes on with those that there were when it began.

import type { HandlerDescriptor } from "@restatedev/restate-sdk-core";
import { z } from "zod";
import type { Assessment } from "../claim.ts";
import { eligibility } from "./eligibility.ts";
import { fraud } from "./fraud.ts";
import { rateComparison } from "./rate-comparison.ts";

export const assessors = {
  eligibility,
  rates: rateComparison,
  fraud,
} as const;

type Assessors = typeof assessors;

/** All findings about one claim. */
export type Findings = { -readonly [K in keyof Assessors]: z.output<Assessors[K]["finding"]> };

export type FindingName = keyof Findings;

/** The handlers of any of them, for who asks them all. */
export type AssessorHandlers = {
  readonly run: HandlerDescriptor<Assessment, Findings[keyof Findings], false>;
};

const schemas = Object.fromEntries(
  Object.entries(assessors).map(([name, { finding }]) => [name, finding]),
) as { [K in keyof Assessors]: Assessors[K]["finding"] };

export const findingsSchema = z.strictObject(schemas);

/** The findings that a claim's record has: one that ended before an agent was added has none of that agent. */
export const knownFindingsSchema = findingsSchema.partial();
export type KnownFindings = z.output<typeof knownFindingsSchema>;
