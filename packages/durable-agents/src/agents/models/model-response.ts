// Converts a model's reply to what the journal stores of it, and back.

import { type AgentOutputItem, type ModelResponse, Usage } from "@openai/agents-core";
import type { JournaledReply, WireOutputItem } from "./journaled-reply.ts";

export function toWire(response: ModelResponse): JournaledReply {
  const { usage } = response;
  const inputDetails = nonZero(usage.inputTokensDetails);
  const outputDetails = nonZero(usage.outputTokensDetails);
  return {
    v: 1,
    output: response.output.map(trimItem),
    usage: {
      input: usage.inputTokens,
      output: usage.outputTokens,
      ...(usage.totalTokens !== usage.inputTokens + usage.outputTokens && { total: usage.totalTokens }),
      ...(inputDetails && { inputDetails }),
      ...(outputDetails && { outputDetails }),
    },
    ...(response.responseId !== undefined && { responseId: response.responseId }),
  };
}

export function fromWire(wire: JournaledReply): ModelResponse {
  const { input, output, total = input + output, inputDetails, outputDetails } = wire.usage;
  return {
    output: wire.output.map(restoreItem),
    usage: new Usage({
      requests: 1,
      inputTokens: input,
      outputTokens: output,
      totalTokens: total,
      inputTokensDetails: inputDetails ?? {},
      outputTokensDetails: outputDetails ?? {},
    }),
    ...(wire.responseId !== undefined && { responseId: wire.responseId }),
  };
}

const TYPES_WITH_STATUS = new Set(["message", "function_call"]);

// Fields of an item's provider data that stand in the item itself, and that the SDK's converters (itemsToMessages,
// getInputItems) take from there. Of all other kinds of items they read the provider data whole.
const REPEATED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["message", new Set(["id", "type", "role", "status", "phase"])],
  ["function_call", new Set(["id", "type"])],
  ["reasoning", new Set(["id", "type"])],
]);

function trimItem(item: AgentOutputItem): WireOutputItem {
  const { providerData, status, ...rest } = item as WireOutputItem & {
    providerData?: unknown;
    status?: unknown;
  };
  const type = rest.type ?? "message";
  const repeated = REPEATED.get(type);
  if (!repeated) return item as WireOutputItem;
  const kept = without(providerData, (key, value) => value === null || repeated.has(key));
  const usualStatus = status === "completed" && TYPES_WITH_STATUS.has(type);
  return {
    ...rest,
    ...(Array.isArray(rest.content) && { content: rest.content.map(trimContent) }),
    ...(status !== undefined && !usualStatus && { status }),
    ...(kept && { providerData: kept }),
  };
}

function restoreItem(item: WireOutputItem): AgentOutputItem {
  const withStatus = TYPES_WITH_STATUS.has(item.type ?? "message") && !("status" in item);
  return (withStatus ? { ...item, status: "completed" } : { ...item }) as AgentOutputItem;
}

function trimContent(part: unknown): unknown {
  if (!isRecord(part)) return part;
  const { providerData, ...rest } = part;
  // Of Chat Completions the SDK puts all other fields of the message here, its tool calls once more among them.
  const ofChat = isRecord(providerData) && "role" in providerData;
  const kept = without(
    providerData,
    (key, value) =>
      value === null ||
      key === "type" ||
      (ofChat ? MESSAGE_FIELDS.has(key) : key === "logprobs" && isEmptyArray(value)),
  );
  return kept ? { ...rest, providerData: kept } : rest;
}

const MESSAGE_FIELDS = new Set(["role", "tool_calls", "annotations"]);

function without(
  data: unknown,
  isLeftOut: (key: string, value: unknown) => boolean,
): Record<string, unknown> | undefined {
  if (!isRecord(data)) return undefined;
  const kept = Object.entries(data).filter(([key, value]) => !isLeftOut(key, value));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nonZero(details: readonly Record<string, number>[]): Record<string, number> | undefined {
  const entries = details.flatMap((d) => Object.entries(d)).filter(([, tokens]) => tokens > 0);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
