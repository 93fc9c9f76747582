/**
 * Token counts, estimated as one token for every four characters, rounded up: OpenAI's own rule of thumb for English
 * text. An estimate, but the same text always counts the same.
 */
import type { FinalReply } from "./final-reply.ts";
import type { SimulatedRequest, Usage } from "./simulated-request.ts";

const CHARACTERS_PER_TOKEN = 4;

/** The tokens of a text. */
function countTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** What a call costs: everything the model is sent, and everything it answers. */
export function estimateUsage(request: SimulatedRequest, reply: Omit<FinalReply, "usage">): Usage {
  const items = request.items.map((item) => {
    if (item.type === "tool_call") return item.name + item.arguments;
    return item.type === "tool_result" ? item.output : item.text;
  });
  const tools = request.tools.map((tool) => JSON.stringify(tool));
  const schema = request.outputSchema === undefined ? "" : JSON.stringify(request.outputSchema);
  const sent = [request.instructions, ...items, ...tools, schema];
  const answered = [reply.text ?? "", ...reply.toolCalls.map((call) => call.name + call.arguments)];
  return {
    inputTokens: sent.reduce((sum, text) => sum + countTokens(text), 0),
    outputTokens: answered.reduce((sum, text) => sum + countTokens(text), 0),
  };
}
