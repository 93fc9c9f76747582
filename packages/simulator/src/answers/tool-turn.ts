/** Decides which tools a turn calls: all that are still open, at once, as models do that call tools in parallel. */
import { type ConversationData, isHandoff } from "../conversation/data.ts";
import { mentions, onePlaceEach } from "../conversation/prose.ts";
import { splitText } from "../conversation/split-text.ts";
import { parseJson } from "../json.ts";
import { conforms } from "../schema/validate.ts";
import type { ReplyToolCall, SimulatedRequest, SimulatedTool } from "../wire/simulated-request.ts";
import type { Turn } from "./turn.ts";
import { toolArguments } from "./values.ts";

// How often a tool is called again whose arguments were refused.
const MAX_ATTEMPTS = 3;

/** The calls of this turn; empty when it is time to answer. */
export function toolTurn(turn: Turn): ReplyToolCall[] {
  const calls = chooseTools(turn).flatMap((tool) => callsOf(tool, turn.data));
  return turn.request.parallelToolCalls ? calls : calls.slice(0, 1);
}

/** One call, or one for each of several places that the message asks about. */
function callsOf({ name, parameters }: SimulatedTool, data: ConversationData): ReplyToolCall[] {
  const calls = onePlaceEach(data.prose).map((prose) => toolArguments(parameters, { ...data, prose }));
  const distinct = new Map(calls.map((args) => [JSON.stringify(args), args]));
  return [...distinct.values()].map((args) => ({ name, arguments: args }));
}

function chooseTools({ request, data, standIn, conversation, obedient }: Turn): SimulatedTool[] {
  const { tools, toolChoice, outputSchema } = request;
  if (toolChoice === "none") return [];
  if (typeof toolChoice === "object") return tools.filter((tool) => tool.name === toolChoice.name);
  const wanted = standIn?.tools?.(conversation);
  const open = tools.filter((tool) => !wasCalled(request, tool));
  const plain = open.filter(({ name }) => {
    if (isHandoff(name)) return false;
    // Who does whatever the text asks does not ask a reviewer that the agent alone wants.
    return wanted === undefined || (obedient ? isAskedFor(name, data.message) : wanted.includes(name));
  });
  if (plain.length > 0) return plain;
  // An agent that can do nothing but hand off does so. One conversation is handed to one agent.
  const onlyRoutes = outputSchema === undefined && tools.every(({ name }) => isHandoff(name));
  const handoff = open.find(({ name }) => isHandoff(name) && (wanted?.includes(name) ?? onlyRoutes));
  if (handoff !== undefined) return [handoff];
  return toolChoice === "required" ? tools.slice(0, 1) : [];
}

const REFUSALS = "skip,without,bypass,avoid,not call,never call,not use,never use,no".split(",");

function isAskedFor(tool: string, message: string): boolean {
  return mentions(message, tool) && !REFUSALS.some((refusal) => mentions(message, `${refusal} ${tool}`));
}

/**
 * Whether a tool needs no call any more. New data from the user opens every tool again, any message a handoff. A call
 * whose arguments were bad does not count, as a real model would mend them.
 */
function wasCalled({ items }: SimulatedRequest, { name, parameters }: SimulatedTool): boolean {
  const since = items.findLastIndex(
    (item) => item.type === "user" && (isHandoff(name) || splitText(item.text).found.length > 0),
  );
  const calls = items.slice(since + 1).filter((item) => item.type === "tool_call" && item.name === name);
  const isGood = (text: string) => conforms(parameters, parseJson(text || "{}"));
  return (
    calls.length >= MAX_ATTEMPTS || calls.some((call) => call.type === "tool_call" && isGood(call.arguments))
  );
}
