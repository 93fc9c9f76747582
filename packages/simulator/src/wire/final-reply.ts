/** Makes a reply ready for the wire: arguments as strings, ids and token counts filled in. */
import { derivedId } from "../ids.ts";
import type { Reply, SimulatedRequest, Usage } from "./simulated-request.ts";

export interface FinalReply {
  text?: string;
  toolCalls: { id: string; name: string; arguments: string }[];
  usage: Usage;
}

export interface Rendering {
  requestHash: string;
  /** Seconds since the epoch. */
  created: number;
  /** A fault: a reply without any choice, or output. */
  noChoices: boolean;
}

export function finalReply(request: SimulatedRequest, requestHash: string, reply: Reply): FinalReply {
  const toolCalls = (reply.toolCalls ?? []).map((call, index) => ({
    id: derivedId("call", requestHash, index),
    name: call.name,
    arguments: typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments ?? {}),
  }));
  const text = reply.text ?? (reply.json === undefined ? undefined : JSON.stringify(reply.json));
  // A model never answers with nothing at all; an empty reply is a fault, and asked for as one.
  const body = { toolCalls, ...(text === undefined && toolCalls.length > 0 ? {} : { text: text ?? "" }) };
  return { ...body, usage: { ...estimateUsage(request, body), ...reply.usage } };
}

function estimateUsage(request: SimulatedRequest, reply: Omit<FinalReply, "usage">): Usage {
  const { instructions, items, tools, outputSchema } = request;
  const texts = items.map((item) => {
    if (item.type === "tool_call") return item.name + item.arguments;
    return item.type === "tool_result" ? item.output : item.text;
  });
  const offered = [...tools, outputSchema ?? ""].map((value) => JSON.stringify(value));
  const called = reply.toolCalls.map((call) => call.name + call.arguments);
  return {
    inputTokens: countTokens([instructions, ...texts, ...offered]),
    outputTokens: countTokens([reply.text ?? "", ...called]),
  };
}

// OpenAI's own rule of thumb for English: four characters each. An estimate, but the same text always counts the same.
function countTokens(texts: string[]): number {
  return texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
}

/** Cuts a text into the pieces in which it is streamed. */
export function pieces(text: string, size = 24): string[] {
  // By code point: half a surrogate pair would not survive the way over the wire.
  return text.match(new RegExp(`.{1,${size}}`, "gsu")) ?? [];
}
