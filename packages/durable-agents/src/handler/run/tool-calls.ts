// What a durable run does around each call of a function tool: asks for an approval, tells of its progress. The SDK
// has no hook for it that also reaches the tools of an agent used as a tool, so tools are wrapped where every agent
// gives them to its runner: in Agent.getAllTools, which outside of durable runs stays what it was.

import { Agent, type FunctionTool, type RunContext, type Tool } from "@openai/agents-core";
import { currentDurableRun } from "../context/current-run.ts";
import { refuseUnsupported } from "./refusals.ts";

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own type for an agent of any context and output
type AnyAgent = Agent<any, any>;

/** One call of a function tool, before it is made. */
export interface ToolCall {
  readonly agent: string;
  readonly tool: FunctionTool;
  readonly callId: string;
  readonly runContext: RunContext;
  /** The arguments as the model gave them: JSON, not yet checked. */
  readonly input: string;
}

/** Makes the call by `invoke`, with the call's own input or another one, or answers in its place. */
export type ToolCallHandler = (
  call: ToolCall,
  invoke: (input: string) => Promise<unknown>,
) => Promise<unknown>;

let installed = false;

/** Lets the tools of all agents take part in durable runs. Needed once; further calls do nothing. */
export function installToolCalls(): void {
  if (installed) return;
  installed = true;
  const original = Agent.prototype.getAllTools;
  Agent.prototype.getAllTools = async function (this: AnyAgent, ...args) {
    const run = currentDurableRun();
    // An agent used as a tool can be looked into only here: before its first model call.
    if (run) refuseUnsupported(this);
    const tools = await original.apply(this, args);
    return run?.toolCall ? tools.map((tool) => wrapped(tool, this.name)) : tools;
  };
}

// One wrapper per tool and agent: the SDK compares tools by identity from turn to turn.
const wrappers = new WeakMap<FunctionTool, Map<string, FunctionTool>>();

function wrapped(tool: Tool, agent: string): Tool {
  if (tool.type !== "function") return tool;
  const known = wrappers.get(tool) ?? new Map<string, FunctionTool>();
  wrappers.set(tool, known);
  const wrapper = known.get(agent) ?? wrap(tool, agent);
  known.set(agent, wrapper);
  return wrapper;
}

function wrap(tool: FunctionTool, agent: string): FunctionTool {
  return {
    ...tool,
    // Asked for in place, by the handler of calls: an interruption would unwind the whole run.
    needsApproval: notBySdk,
    invoke: (runContext, input, details) => {
      const invoke = (actual: string) => tool.invoke(runContext, actual, details);
      const handler = currentDurableRun()?.toolCall;
      if (!handler) return invoke(input);
      const callId = details?.toolCall?.callId ?? "";
      return handler({ agent, tool, callId, runContext, input }, invoke) as Promise<string>;
    },
  };
}

const notBySdk = async () => false;
