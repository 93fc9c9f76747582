/** Gathers the data of a conversation: what tools returned, what users sent, what tools were called with. */
import { isObject, type Json, parseJson } from "../json.ts";
import { isHandoff } from "../wire/handoff.ts";
import type { SimulatedRequest } from "../wire/simulated-request.ts";
import { splitText } from "./find-json.ts";

/** A piece of data and where it comes from. */
export interface Fact {
  /** The tool's name, or the words before the data in a message. */
  label: string;
  value: Json;
}

/** The data of a conversation; every list has the newest first. */
export interface Facts {
  /** What tools returned. */
  results: Fact[];
  /** JSON in the user's messages. */
  user: Fact[];
  /** The arguments of tool calls: what the model itself has read out of the text before. */
  calls: Fact[];
  /** The newest user message, in full. */
  message: string;
  /** The newest user message without its JSON. */
  prose: string;
  /** Whether all there is from the user is prose, so that it must be read for numbers and words. */
  onlyProse: boolean;
}

/** Gathers the data of a conversation. */
export function collectFacts({ items }: SimulatedRequest): Facts {
  const facts: Facts = { results: [], user: [], calls: [], message: "", prose: "", onlyProse: true };
  for (const item of items) {
    if (item.type === "user") {
      const { found, prose } = splitText(item.text);
      facts.user.unshift(...found.reverse());
      facts.message = item.text;
      facts.prose = prose;
    } else if (item.type === "tool_result") {
      // What a handoff returns is for the SDK.
      if (isHandoff(item.name)) continue;
      facts.results.unshift(...resultFacts(item.name, item.output));
    } else if (item.type === "tool_call") {
      const value = parseJson(item.arguments);
      if (isObject(value)) facts.calls.unshift({ label: item.name, value });
    }
  }
  facts.onlyProse = facts.user.length === 0;
  return facts;
}

function resultFacts(tool: string, output: string): Fact[] {
  let value = parseJson(output);
  // A tool that returns JSON as a string has it encoded twice.
  if (typeof value === "string") value = parseJson(value) ?? value;
  if (value !== undefined && value !== null) return [{ label: tool, value }];
  const { found, prose } = splitText(output);
  const inText = found.reverse().map((entry) => ({ label: tool, value: entry.value }));
  return prose === "" ? inText : [...inText, { label: tool, value: prose }];
}
