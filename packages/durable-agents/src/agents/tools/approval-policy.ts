// Decides which tool calls need an approval, as the Agents SDK does, and refuses them where nobody is asked.

import { TerminalError } from "@restatedev/restate-sdk";
import { decidesByArguments, parsedArguments, type ReadArguments } from "../agents-sdk.ts";
import type { FunctionTool, RunHooks, ToolCall } from "../plugin.ts";

/** Whether a person must approve a call. One with invalid arguments fails, and the model reads why: nobody is asked. */
export async function needsApproval({ tool, runContext, input, callId }: ToolCall): Promise<boolean> {
  const dynamic = decidesByArguments(tool);
  // The usual case costs no parsing.
  if (!dynamic && !(await tool.needsApproval(runContext, undefined, callId))) return false;
  const read = readArguments(tool, input);
  if (!read.success) return false;
  const { value } = read;
  const inspectable = typeof value === "object" && value !== null && !Array.isArray(value);
  return !dynamic || !inspectable || tool.needsApproval(runContext, value, callId);
}

/** The arguments of a call, JSON, as the tool will read them. */
export function readArguments(tool: FunctionTool, input: string): ReadArguments {
  const read = parsedArguments(tool, input);
  if (read) return read;
  // Of a tool that the SDK did not make, nothing more is known.
  try {
    return { success: true, value: JSON.parse(input) };
  } catch (error) {
    return { success: false, error };
  }
}

/** Takes part in runs whose plug-ins ask nobody for approvals. */
export const noApprovals: RunHooks = {
  checkTools: async (agent, tools) => {
    for (const tool of tools) {
      const isFunction = tool.type === "function" && !decidesByArguments(tool);
      if (isFunction && (await alwaysNeeded(tool.needsApproval))) throw nobodyToAsk(agent, tool);
    }
  },
  aroundToolCall: async (call, next) => {
    if (await needsApproval(call)) throw nobodyToAsk(call.agent, call.tool);
    return next(call.input);
  },
};

function nobodyToAsk(agent: string, tool: FunctionTool): TerminalError {
  return new TerminalError(
    `Agent "${agent}" has a tool "${tool.name}" that needs an approval, and nobody is asked for it. ` +
      "Give DurableRunner the plug-in approvals of @holdfast/durable-agents/approvals.",
  );
}

// The SDK makes a function without parameters of `true` and `false`. One that looks at the call may always say yes.
export async function alwaysNeeded(policy: (...call: never[]) => Promise<boolean>): Promise<boolean> {
  return policy.length > 0 || policy();
}
