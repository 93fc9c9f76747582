// The facts of an API's reply beside its content, for telemetry. The journal leaves it out.

import type { ModelResponse } from "@openai/agents-core";
import { z } from "zod";

export interface ReplyFacts {
  /** The model that answered, which may be a dated version of the one asked. */
  readonly model: string | undefined;
  readonly finishReasons: readonly string[];
}

// What is read of a reply of Chat Completions, and of one of the Responses API.
const rawSchema = z.object({
  model: z.string().optional().catch(undefined),
  choices: z
    .array(z.object({ finish_reason: z.string().nullish() }))
    .optional()
    .catch(undefined),
  status: z.string().optional().catch(undefined),
  incomplete_details: z.object({ reason: z.string().optional() }).nullish().catch(undefined),
});

export function replyFacts({ providerData, output }: ModelResponse): ReplyFacts {
  const raw = rawSchema.safeParse(providerData).data;
  const reasons = raw?.choices?.flatMap(({ finish_reason: reason }) => (reason ? [reason] : [])) ?? [];
  return { model: raw?.model, finishReasons: reasons.length > 0 ? reasons : [finishReason(raw, output)] };
}

// The Responses API has none: a reply is complete, or says why it is not.
function finishReason(raw: z.output<typeof rawSchema> | undefined, output: ModelResponse["output"]): string {
  if (raw?.incomplete_details?.reason) return raw.incomplete_details.reason;
  return output.some(({ type }) => type === "function_call") ? "tool_calls" : "stop";
}
