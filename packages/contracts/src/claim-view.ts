// The view of a claim that the API gives: its status, findings, review and decision.

import { z } from "zod";
import { knownFindingsSchema } from "./assessors/index.ts";
import { claimSchema } from "./claim.ts";
import { claimTroubleSchema } from "./claim-trouble.ts";
import { decisionRecordSchema, type FinalStatus, finalStatusSchema } from "./decision.ts";

export const claimStatusSchema = z.enum([
  "received",
  "assessing",
  "deciding",
  "in_review",
  ...finalStatusSchema.options,
]);
export type ClaimStatus = z.output<typeof claimStatusSchema>;

/** Whether a claim's decision is final. */
export function claimHasEnded(status: ClaimStatus): status is FinalStatus {
  return finalStatusSchema.safeParse(status).success;
}

/** A claim's own data and where it stands. */
export const claimViewSchema = z.strictObject({
  claimId: z.string(),
  status: claimStatusSchema,
  claim: claimSchema,
  submittedAt: z.iso.datetime(),
  findings: knownFindingsSchema.optional(),
  review: z
    .strictObject({
      why: z.array(z.string()).describe("Why a person must decide"),
      since: z.iso.datetime(),
      overdue: z.boolean(),
    })
    .optional(),
  needsAttention: claimTroubleSchema
    .describe("What keeps the claim from going on; the gateway adds it")
    .optional(),
  decision: decisionRecordSchema.optional(),
});
export type ClaimView = z.output<typeof claimViewSchema>;
