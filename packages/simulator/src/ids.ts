/** Makes ids of hashes of what was sent: the same request gets the same reply, byte for byte, also when it is replayed. */
import { createHash } from "node:crypto";
import { isObject } from "./json.ts";

/** Hex SHA-256 of a value's JSON, whatever the order of object keys. */
export function hashOf(value: unknown): string {
  const json = JSON.stringify(value, (_key, node: unknown) =>
    isObject(node) ? Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1))) : node,
  );
  return createHash("sha256").update(json).digest("hex");
}

/**
 * The id under which the statistics count an agent: a short hash of its instructions.
 *
 * @param instructions what the agent sends as its system prompt
 */
export function agentId(instructions: string): string {
  return hashOf(["agent", instructions]).slice(0, 12);
}

/** The id of a conversation: a short hash of the instructions and the first input item. */
export function conversationId(instructions: string, firstItem: unknown): string {
  return hashOf(["conversation", instructions, firstItem ?? null]).slice(0, 12);
}

/** An id in OpenAI's form (`resp_…`, `call_…`), made from the request's hash and what tells it from its siblings. */
export function derivedId(prefix: string, requestHash: string, ...parts: (string | number)[]): string {
  const separator = prefix === "chatcmpl" ? "-" : "_";
  return `${prefix}${separator}${hashOf([prefix, requestHash, ...parts]).slice(0, 24)}`;
}
