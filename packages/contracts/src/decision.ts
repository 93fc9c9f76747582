// The decision record of a claim: its outcome, and on whose authority.

import { z } from "zod";
import { knownFindingsSchema } from "./assessors/index.ts";
import { reasonsSchema } from "./reasons.ts";
import { rulesVersionSchema } from "./rules.ts";

/** The longest note of a reviewer. */
export const MAX_NOTE_LENGTH = 2000;

/** What the decision agent's model proposes. It decides nothing by itself: the authority matrix does. */
export const proposalSchema = z.strictObject({
  outcome: z.enum(["approve", "deny", "refer"]).describe("refer means a person should decide"),
  amount: z.number().min(0).describe("The amount to pay, in US dollars; 0 unless approved"),
  reasons: reasonsSchema,
});
export type Proposal = z.output<typeof proposalSchema>;

/** Who or what decided. */
const decidedBySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("coverage_plan").describe("The plan does not cover it") }),
  z.strictObject({
    kind: z.literal("authority_matrix").describe("The model proposed it, within its authority"),
    limit: z.number().describe("The limit of that authority, in US dollars"),
  }),
  z.strictObject({
    kind: z.literal("reviewer").describe("A person"),
    reviewer: z.string().max(200).optional(),
  }),
  z.strictObject({ kind: z.literal("claimant").describe("The claim was withdrawn") }),
  z.strictObject({ kind: z.literal("failure").describe("An agent failed for good") }),
]);
export type DecidedBy = z.output<typeof decidedBySchema>;

export const finalStatusSchema = z.enum(["approved", "denied", "withdrawn", "failed"]);
export type FinalStatus = z.output<typeof finalStatusSchema>;

/** The decision record: the outcome, who or what decided, and on which findings. */
export const decisionRecordSchema = z.strictObject({
  claimId: z.string(),
  status: finalStatusSchema,
  amount: z.number().min(0).describe("The amount to pay, in US dollars"),
  decidedBy: decidedBySchema,
  // A reviewer's note is one of them, and may be as long as that.
  reasons: z.array(z.string().max(MAX_NOTE_LENGTH)).max(20).describe("Why"),
  proposal: proposalSchema.optional(),
  findings: knownFindingsSchema.optional(),
  rules: z
    .strictObject({
      plan: rulesVersionSchema.describe("Version of the coverage plan; the key of its content in Rules"),
      matrix: rulesVersionSchema.describe("Version of the authority matrix"),
      model: z.string().describe("The model that proposed the decision"),
    })
    .describe(
      "What it was ruled by; none of a claim that ended before it was ruled, or began before versions were kept",
    )
    .optional(),
  decidedAt: z.iso.datetime(),
});
export type DecisionRecord = z.output<typeof decisionRecordSchema>;
