// Decides which tool calls need an approval, as the Agents SDK does, and refuses approvals that nobody could give.

import type { Tool } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import { decidesByArguments, parsedArguments } from "../agents-sdk.ts";
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
export function readArguments(
  tool: FunctionTool,
  input: string,
):
  | { readonly success: true; readonly value: unknown }
  | { readonly success: false; readonly error: unknown } {
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

/** @throws TerminalError when a tool that an agent offers is of a kind whose approvals would interrupt the run */
export async function refuseInterruptions(agent: string, tools: readonly Tool[]): Promise<void> {
  for (const tool of tools) {
    if (interrupts(tool) && (await alwaysNeeded(tool.needsApproval))) {
      throw new TerminalError(
        `Agent "${agent}" has a ${tool.type} tool "${tool.name}" with needsApproval, which would interrupt the run. ` +
          "Do its work in a durableTool with needsApproval, or give it onApproval where it takes one.",
      );
    }
  }
}

function nobodyToAsk(agent: string, tool: FunctionTool): TerminalError {
  return new TerminalError(
    `Agent "${agent}" has a tool "${tool.name}" that needs an approval, and nobody is asked for it. ` +
      "Give DurableRunner the plug-in approvals of @holdfast/durable-agents/approvals.",
  );
}

type InterruptingTool = Exclude<Tool, { type: "function" | "hosted_tool" }>;

function interrupts(tool: Tool): tool is InterruptingTool {
  if (tool.type === "function" || tool.type === "hosted_tool") return false;
  return !("onApproval" in tool && tool.onApproval !== undefined);
}

// The SDK makes a function without parameters of `true` and `false`. One that looks at the call may always say yes.
async function alwaysNeeded(policy: (...call: never[]) => Promise<boolean>): Promise<boolean> {
  return policy.length > 0 || policy();
}
