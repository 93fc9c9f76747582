// One call of a chat model by the `openai` package. It runs inside of a durable step.

import { classifyModelError } from "@holdfast/durable-agents";
import { RetryableError, TerminalError } from "@restatedev/restate-sdk";
import type { OpenAI } from "openai";
import { z } from "zod";

/** What the journal keeps of a reply. */
const replySchema = z.object({
  role: z.literal("assistant"),
  content: z.string().nullable().default(null),
  tool_calls: z
    .array(
      z.object({
        id: z.string(),
        type: z.literal("function"),
        function: z.object({ name: z.string(), arguments: z.string() }),
      }),
    )
    .optional(),
});
export type Reply = z.output<typeof replySchema>;

/** @throws TerminalError for what no retry can mend; RetryableError for all else */
export async function callModel(
  client: OpenAI,
  request: OpenAI.ChatCompletionCreateParamsNonStreaming,
  signal: AbortSignal,
): Promise<Reply> {
  try {
    const completion = await client.chat.completions.create(request, { signal });
    const reply = replySchema.safeParse(completion.choices[0]?.message);
    if (reply.success) return reply.data;
  } catch (error) {
    const found = classifyModelError(error);
    if (found.kind === "terminal") throw new TerminalError(found.message, { errorCode: found.code });
    throw new RetryableError(found.message, {
      ...(found.retryAfterMs !== undefined && { retryAfter: found.retryAfterMs }),
    });
  }
  throw new Error("The model's reply is no valid message.");
}
