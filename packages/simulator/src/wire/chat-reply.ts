/** Renders a reply as Chat Completions: one body, or the chunks of a stream. */
import { derivedId } from "../ids.ts";
import { type FinalReply, pieces } from "./final-reply.ts";

/** What a rendering needs to know of the request. */
export interface ChatRendering {
  model: string;
  requestHash: string;
  /** Seconds since the epoch. */
  created: number;
  includeUsage: boolean;
  /** A fault: a reply without any choice. */
  noChoices?: boolean;
}

/** The body of a reply that is not streamed. */
export function chatCompletion(reply: FinalReply, rendering: ChatRendering): object {
  const { toolCalls } = reply;
  return {
    id: derivedId("chatcmpl", rendering.requestHash),
    object: "chat.completion",
    created: rendering.created,
    model: rendering.model,
    choices: rendering.noChoices
      ? []
      : [
          {
            index: 0,
            message: {
              role: "assistant",
              content: reply.text ?? null,
              refusal: null,
              annotations: [],
              ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(toolCall) }),
            },
            logprobs: null,
            finish_reason: finishReason(reply),
          },
        ],
    usage: chatUsage(reply),
    service_tier: "default",
    system_fingerprint: null,
  };
}

/** The data of each event of a streamed reply, `[DONE]` included. */
export function chatCompletionChunks(reply: FinalReply, rendering: ChatRendering): string[] {
  const frame = {
    id: derivedId("chatcmpl", rendering.requestHash),
    object: "chat.completion.chunk",
    created: rendering.created,
    model: rendering.model,
    service_tier: "default",
    system_fingerprint: null,
  };
  const usage = rendering.includeUsage ? { usage: null } : {};
  const chunk = (delta: object, finish: string | null = null): object => ({
    ...frame,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...usage,
  });
  const chunks: object[] = [];
  if (!rendering.noChoices) {
    chunks.push(chunk({ role: "assistant", content: reply.text === undefined ? null : "", refusal: null }));
    for (const content of pieces(reply.text ?? "")) chunks.push(chunk({ content }));
    reply.toolCalls.forEach((call, index) => {
      const start = { ...toolCall(call), function: { name: call.name, arguments: "" } };
      chunks.push(chunk({ tool_calls: [{ index, ...start }] }));
      for (const part of pieces(call.arguments)) {
        chunks.push(chunk({ tool_calls: [{ index, function: { arguments: part } }] }));
      }
    });
    chunks.push(chunk({}, finishReason(reply)));
  }
  if (rendering.includeUsage) chunks.push({ ...frame, choices: [], usage: chatUsage(reply) });
  return [...chunks.map((entry) => JSON.stringify(entry)), "[DONE]"];
}

function toolCall(call: FinalReply["toolCalls"][number]) {
  return { id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } };
}

function finishReason(reply: FinalReply): string {
  return reply.toolCalls.length > 0 ? "tool_calls" : "stop";
}

function chatUsage({ usage }: FinalReply): object {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
