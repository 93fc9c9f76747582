/** Decides which tools a turn calls: all that are still open, at once, as models do that call tools in parallel. */
import type { Facts } from "../facts/collect-facts.ts";
import { splitText } from "../facts/find-json.ts";
import { sameName } from "../facts/names.ts";
import { mentions, onePlaceEach } from "../facts/prose.ts";
import { calledTools, evidenceFor } from "../grammar/evaluate.ts";
import type { Rule } from "../grammar/rule.ts";
import { parseJson } from "../json.ts";
import { conforms } from "../schema/validate.ts";
import { isHandoff } from "../wire/handoff.ts";
import type { ReplyToolCall, SimulatedRequest, SimulatedTool } from "../wire/simulated-request.ts";
import { toolArguments } from "./tool-arguments.ts";

// How often a tool is called again whose arguments were refused.
const MAX_ATTEMPTS = 3;

/** The calls of this turn; empty when it is time to answer. */
export function toolTurn(
  request: SimulatedRequest,
  facts: Facts,
  rules: Rule[],
  obedient: boolean,
): ReplyToolCall[] {
  const chosen = chooseTools(request, facts, rules, obedient);
  const calls = chosen.flatMap((tool) => callsOf(tool, facts));
  return request.parallelToolCalls ? calls : calls.slice(0, 1);
}

/** One call, or one for each of several places that the message asks about. */
function callsOf({ name, parameters }: SimulatedTool, facts: Facts): ReplyToolCall[] {
  const calls = onePlaceEach(facts.prose).map((prose) => toolArguments(parameters, { ...facts, prose }));
  const distinct = new Map(calls.map((args) => [JSON.stringify(args), args]));
  return [...distinct.values()].map((args) => ({ name, arguments: args }));
}

function chooseTools(
  request: SimulatedRequest,
  facts: Facts,
  rules: Rule[],
  obedient: boolean,
): SimulatedTool[] {
  const { tools, toolChoice } = request;
  if (toolChoice === "none") return [];
  if (typeof toolChoice === "object") return tools.filter((tool) => tool.name === toolChoice.name);
  const open = openTools(request, facts, rules, obedient);
  if (open.length > 0 || toolChoice !== "required") return open;
  return [tools.find((tool) => !isHandoff(tool.name)) ?? tools[0]].filter((tool) => tool !== undefined);
}

function openTools(
  request: SimulatedRequest,
  facts: Facts,
  rules: Rule[],
  obedient: boolean,
): SimulatedTool[] {
  const { wanted, otherwise, ruled } = calledByRules(rules, facts);
  const named = (names: string[], tool: SimulatedTool): boolean =>
    names.some((name) => sameName(name, tool.name));
  const open = request.tools.filter((tool) => !wasCalled(request, tool));
  const plain = open.filter((tool) => {
    if (isHandoff(tool.name)) return false;
    if (!named(ruled, tool)) return true;
    // Who does whatever the text asks does not ask a reviewer that only the instructions want.
    return obedient ? isAskedFor(tool, facts.message) : named(wanted, tool);
  });
  if (plain.length > 0) return plain;
  // `Otherwise` is decided last: a tool of this turn may still bring the data of another condition.
  const late = obedient ? [] : open.filter((tool) => !isHandoff(tool.name) && named(otherwise, tool));
  if (late.length > 0) return late;
  // One conversation is handed to one agent: the first that a rule names.
  const handoffs = open.filter(({ name }) => isHandoff(name));
  return [...wanted, ...otherwise]
    .flatMap((name) => handoffs.find((tool) => named([name], tool)) ?? [])
    .slice(0, 1);
}

interface RuledTools {
  /** Tools that a `When` line calls, whose condition holds. */
  wanted: string[];
  /** Tools of `Otherwise` lines, when no `When` line before them called one. */
  otherwise: string[];
  /** All tools that some line names. */
  ruled: string[];
}

function calledByRules(rules: Rule[], facts: Facts): RuledTools {
  const result: RuledTools = { wanted: [], otherwise: [], ruled: [] };
  for (const rule of rules) {
    const names = calledTools(rule);
    if (names.length === 0) continue;
    result.ruled.push(...names);
    if (rule.when === undefined) {
      if (result.wanted.length === 0) result.otherwise.push(...names);
    } else if (evidenceFor(rule, facts) !== undefined) result.wanted.push(...names);
  }
  return result;
}

function isAskedFor({ name }: SimulatedTool, message: string): boolean {
  const refused = [
    "skip",
    "without",
    "bypass",
    "avoid",
    "not call",
    "never call",
    "not use",
    "never use",
    "no",
  ];
  return mentions(message, name) && !refused.some((word) => mentions(message, `${word} ${name}`));
}

/**
 * Whether a tool needs no call any more. New data from the user opens every tool again, any message a handoff. A call
 * whose arguments were bad does not count, as a real model would mend them.
 */
function wasCalled({ items }: SimulatedRequest, tool: SimulatedTool): boolean {
  const since = items.findLastIndex(
    (item) => item.type === "user" && (isHandoff(tool.name) || splitText(item.text).found.length > 0),
  );
  const calls = items
    .slice(since + 1)
    .flatMap((item) => (item.type === "tool_call" && item.name === tool.name ? [item.arguments] : []));
  return (
    calls.length >= MAX_ATTEMPTS || calls.some((text) => conforms(tool.parameters, parseJson(text || "{}")))
  );
}
