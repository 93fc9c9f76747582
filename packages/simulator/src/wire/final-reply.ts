/** A reply made ready for the wire: arguments as strings, ids and token counts filled in. */
import { derivedId } from "../ids.ts";
import type { Reply, SimulatedRequest, Usage } from "./simulated-request.ts";
import { estimateUsage } from "./usage.ts";

/** A reply as both APIs render it. */
export interface FinalReply {
  text?: string;
  toolCalls: { id: string; name: string; arguments: string }[];
  usage: Usage;
}

/** Fills in what a reply leaves open. */
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

/** Cuts a text into the pieces in which it is streamed. */
export function pieces(text: string, size = 24): string[] {
  // By code point: half a surrogate pair would not survive the way over the wire.
  const points = Array.from(text);
  const parts: string[] = [];
  for (let at = 0; at < points.length; at += size) parts.push(points.slice(at, at + size).join(""));
  return parts;
}
