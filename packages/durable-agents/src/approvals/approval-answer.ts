// The answer to an approval: the body of a call of Restate's ingress, `/restate/awakeables/{id}/resolve`. People and
// consoles write it, so it has no version, and that public line can carry anything.

import { z } from "zod";

/** The answer in full. */
export const approvalAnswerSchema = z.discriminatedUnion("decision", [
  z.strictObject({ decision: z.literal("approve") }),
  z.strictObject({
    decision: z.literal("reject"),
    message: z.string().describe("Why; the model reads it").optional(),
  }),
  z.strictObject({
    decision: z.literal("edit"),
    arguments: z.record(z.string(), z.unknown()).describe("All arguments, in place of the model's"),
  }),
]);

/**
 * A reviewer's answer: `{"decision": "approve"}`, `{"decision": "reject", "message": "…"}` or
 * `{"decision": "edit", "arguments": {…}}`. The awakeable also takes `true` and `false`.
 */
export type ApprovalAnswer = z.output<typeof approvalAnswerSchema>;

const receivedSchema = z.union([
  approvalAnswerSchema,
  z.boolean().transform((yes): ApprovalAnswer => ({ decision: yes ? "approve" : "reject" })),
]);

/** The message for a reviewer whose answer cannot be read. */
export const ANSWER_RULE =
  'the answer must be true, false, {"decision": "approve"}, {"decision": "reject", "message": "…"} or ' +
  '{"decision": "edit", "arguments": {…}}';

/** Reads what an approval's awakeable was resolved with; undefined when it is no answer. */
export function readApprovalAnswer(bytes: Uint8Array): ApprovalAnswer | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  return receivedSchema.safeParse(json).data;
}
