// The finding on a claim's coverage by the plan, and the most that the plan pays.

import { z } from "zod";
import { dollars } from "../dollars.ts";
import { reasonsSchema } from "../reasons.ts";
import { assessor } from "./assessor.ts";

export const eligibilityFindingSchema = z.strictObject({
  eligible: z.boolean().describe("Whether the plan covers this claim"),
  coveredAmount: z.number().min(0).describe("The most the plan pays for this claim, in US dollars"),
  reasons: reasonsSchema,
});
export type EligibilityFinding = z.output<typeof eligibilityFindingSchema>;

export const eligibility = assessor({
  agent: "eligibility",
  service: "EligibilityAgent",
  description: "Whether the coverage plan covers the claim",
  finding: eligibilityFindingSchema,
  summary: ({ eligible, coveredAmount }) =>
    eligible ? `eligible: yes, covered ${dollars(coveredAmount)}` : "eligible: no",
});
