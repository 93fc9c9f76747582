/** Gathers the data of a conversation, and looks fields up in it. */
import { isObject, type Json, parseJson } from "../json.ts";
import type { ConversationItem } from "../wire/simulated-request.ts";
import { sameName } from "./names.ts";
import { splitText } from "./split-text.ts";

/** The data of a conversation; every list has the newest first. */
export interface ConversationData {
  /** What tools returned; a number or a truth under its tool's name. */
  results: Json[];
  /** What each tool returned last. */
  returned: Map<string, Json>;
  /** JSON in the user's messages, and the arguments of tool calls: what was read out of the text before. */
  user: Json[];
  calls: Json[];
  /** The newest user message, in full and without its JSON. */
  message: string;
  prose: string;
}

/** Handoffs come as tools: the Agents SDK names them `transfer_to_` and the agent. */
export const isHandoff = (toolName: string): boolean => toolName.startsWith("transfer_to_");

export function dataOf(items: readonly ConversationItem[]): ConversationData {
  const [returned, texts] = [new Map<string, Json>(), { message: "", prose: "" }];
  const data: ConversationData = { results: [], returned, user: [], calls: [], ...texts };
  for (const item of items) {
    if (item.type === "user") {
      const { found, prose } = splitText(item.text);
      data.user.unshift(...found.reverse());
      Object.assign(data, { message: item.text, prose });
    } else if (item.type === "tool_call") {
      data.calls.unshift(parseJson(item.arguments) ?? null);
    } else if (item.type === "tool_result" && !isHandoff(item.name)) {
      const values = readResult(item.output);
      data.returned.set(item.name, values[0] ?? item.output);
      const isPlain = (value: Json) => typeof value === "number" || typeof value === "boolean";
      data.results.unshift(...values.map((value) => (isPlain(value) ? { [item.name]: value } : value)));
    }
  }
  return data;
}

function readResult(output: string): Json[] {
  let value = parseJson(output);
  // A tool that returns JSON as a string has it encoded twice.
  if (typeof value === "string") value = parseJson(value) ?? value;
  if (value !== undefined && value !== null) return [value];
  const { found, prose } = splitText(output);
  return prose === "" ? found.reverse() : [...found.reverse(), prose];
}

// Data comes from outside; a search must end, however large it is.
const MAX_NODES = 20_000;

/** The values of a field, at any depth and under any spelling of its name; a null tells nothing and is left out. */
export function valuesNamed(sources: readonly Json[], name: string): Json[] {
  return sources.flatMap((source) => {
    const found: Json[] = [];
    const queue: Json[] = [source];
    for (let at = 0; at < queue.length && at < MAX_NODES; at += 1) {
      const value = queue[at];
      if (typeof value !== "object" || value === null) continue;
      const named = isObject(value) ? Object.entries(value).filter(([key]) => sameName(key, name)) : [];
      found.push(...named.map(([, entry]) => entry));
      queue.push(...Object.values(value));
    }
    return found.filter((value) => value !== null);
  });
}
