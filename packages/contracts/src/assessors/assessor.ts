// An agent that assesses every claim: its contract, and how its finding reads.

import { iface } from "@restatedev/restate-sdk-core";
import type { z } from "zod";
import { assessmentSchema, sampleClaim } from "../claim.ts";
import { jsonSerde, parse } from "../json-serde.ts";
import type { reasonsSchema } from "../reasons.ts";
import { stored } from "../stored.ts";

type FindingSchema = z.ZodObject<{ reasons: typeof reasonsSchema }>;

export interface AssessorOptions<Agent extends string, Service extends string, S extends FindingSchema> {
  /** Its name in timelines: its folder's. */
  readonly agent: Agent;
  /** Its name in Restate. */
  readonly service: Service;
  /** What it finds out. */
  readonly description: string;
  /** The finding beside its reasons. */
  readonly finding: S & z.ZodType<z.output<S>, z.output<S>>;
  /** A finding in a few words, without its reasons. */
  readonly summary: (finding: z.output<S>) => string;
}

export function assessor<const Agent extends string, const Service extends string, S extends FindingSchema>({
  agent,
  service,
  description,
  finding,
  summary,
}: AssessorOptions<Agent, Service, S>) {
  const reader = stored<z.output<S>>(finding);
  const run = iface.serdes({
    input: jsonSerde(stored(assessmentSchema), sampleClaim),
    output: jsonSerde(reader),
    description,
  });
  return {
    agent,
    finding,
    contract: iface.service(service, { run }),
    /** @throws InvalidInputError for what is no finding of this agent */
    describe: (value: unknown): string => summary(parse(reader, value)),
  };
}
