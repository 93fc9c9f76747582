/** Renders a reply as Chat Completions: one body, or the chunks of a stream. */
import { derivedId } from "../ids.ts";
import { type FinalReply, pieces, type Rendering } from "./final-reply.ts";

type ChatRendering = Rendering & { model: string; includeUsage: boolean };

/** The body of a reply that is not streamed. */
export function chatCompletion(reply: FinalReply, rendering: ChatRendering): object {
  const tool_calls = reply.toolCalls.map(toolCall);
  const content = { role: "assistant", content: reply.text ?? null, refusal: null, annotations: [] };
  const message = { ...content, ...(tool_calls.length > 0 && { tool_calls }) };
  const choice = { index: 0, message, logprobs: null, finish_reason: finishReason(reply) };
  const choices = rendering.noChoices ? [] : [choice];
  return { ...frameOf("chat.completion", rendering), choices, usage: chatUsage(reply) };
}

/** The server-sent events of a streamed reply, as they go over the wire, `[DONE]` included. */
export function chatCompletionChunks(reply: FinalReply, rendering: ChatRendering): string[] {
  const frame = frameOf("chat.completion.chunk", rendering);
  const usage = rendering.includeUsage ? { usage: null } : {};
  const chunk = (delta: object, finish_reason: string | null = null): object => ({
    ...frame,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...usage,
  });
  const role = { role: "assistant", content: reply.text === undefined ? null : "", refusal: null };
  const texts = pieces(reply.text ?? "").map((content) => chunk({ content }));
  const calls = reply.toolCalls.flatMap((call, index) => [
    chunk({ tool_calls: [{ index, ...toolCall({ ...call, arguments: "" }) }] }),
    ...pieces(call.arguments).map((part) =>
      chunk({ tool_calls: [{ index, function: { arguments: part } }] }),
    ),
  ]);
  const chunks = [chunk(role), ...texts, ...calls, chunk({}, finishReason(reply))];
  const end = rendering.includeUsage ? [{ ...frame, choices: [], usage: chatUsage(reply) }] : [];
  const sent = [...(rendering.noChoices ? [] : chunks), ...end];
  return [...sent.map((entry) => JSON.stringify(entry)), "[DONE]"].map((data) => `data: ${data}\n\n`);
}

function frameOf(object: string, { requestHash, created, model }: ChatRendering): object {
  const id = derivedId("chatcmpl", requestHash);
  return { id, object, created, model, service_tier: "default", system_fingerprint: null };
}

function toolCall({ id, name, arguments: args }: FinalReply["toolCalls"][number]): object {
  return { id, type: "function", function: { name, arguments: args } };
}

const finishReason = (reply: FinalReply): string => (reply.toolCalls.length > 0 ? "tool_calls" : "stop");

function chatUsage({ usage: { inputTokens, outputTokens } }: FinalReply): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
