// A person's part in a claim: what is asked of a reviewer, and how the answer is read.

import { z } from "zod";
import { knownFindingsSchema } from "./assessors/index.ts";
import { claimIdSchema, claimSchema, payoutSchema } from "./claim.ts";
import { MAX_NOTE_LENGTH, proposalSchema } from "./decision.ts";
import { InvalidInputError, parseJson } from "./json-serde.ts";

/** A reviewer's answer, in full. */
export const reviewAnswerSchema = z.strictObject({
  outcome: z.enum(["approve", "deny"]).describe("approve or deny"),
  amount: payoutSchema.describe("The amount to pay when it is not the one claimed, in US dollars").optional(),
  note: z.string().trim().max(MAX_NOTE_LENGTH).describe("Why").optional(),
  reviewer: z.string().trim().min(1).max(200).describe("Who answers").optional(),
});
export type ReviewAnswer = z.output<typeof reviewAnswerSchema>;

/** What a person is asked to decide. */
export const reviewRequestSchema = z.strictObject({
  claim: claimSchema,
  claimId: claimIdSchema.optional(),
  why: z.array(z.string().max(500)).max(20).describe("Why a person must decide").optional(),
  findings: knownFindingsSchema.optional(),
  proposal: proposalSchema.optional(),
  slaMs: z
    .number()
    .int()
    .positive()
    .describe("Time to answer, in milliseconds; three hours by default")
    .optional(),
});
export type ReviewRequest = z.output<typeof reviewRequestSchema>;

/** How a review ended: with a person's answer, or with none in time. */
export const reviewResultSchema = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("answered"), answer: reviewAnswerSchema }),
  z.strictObject({
    status: z.literal("timed_out"),
    message: z.literal("Approval timed out - Evaluate with AI"),
    reassess: z
      .literal(true)
      .describe("The claim begins again; a version that does not know of it has the model asked again")
      .optional(),
  }),
]);
export type ReviewResult = z.output<typeof reviewResultSchema>;

const words: Readonly<Record<string, ReviewAnswer["outcome"]>> = {
  true: "approve",
  approve: "approve",
  approved: "approve",
  false: "deny",
  deny: "deny",
  denied: "deny",
  reject: "deny",
  rejected: "deny",
};

const shortAnswerSchema = z
  .union([z.boolean(), z.string().max(20)])
  .transform((answer) => words[String(answer).trim().toLowerCase()])
  .pipe(z.enum(["approve", "deny"]))
  .transform((outcome): ReviewAnswer => ({ outcome }));

/**
 * Reads what came through an awakeable's public line, which can carry anything: `true`, `false`, `"approved"` and the
 * like, or a full answer. @throws InvalidInputError for all else
 */
export function parseReviewAnswer(bytes: Uint8Array): ReviewAnswer {
  const schema = z.union([reviewAnswerSchema, shortAnswerSchema]);
  try {
    return parseJson(schema, bytes);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError([
      {
        field: "",
        rule: 'the answer must be true, false, "approved", "denied" or {"outcome": "approve" | "deny"}',
      },
    ]);
  }
}
