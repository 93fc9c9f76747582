// Lets a run take part in each call of a function tool: its plug-ins are called around it, and what it throws for good ends
// the run.

import { type Tool, ToolCallError } from "@openai/agents-core";
import type { TerminalError } from "@restatedev/restate-sdk";
import { neverApproved, replaceTools } from "../agents-sdk.ts";
import { AgentRunError, findTerminalError } from "../errors.ts";
import type { FunctionTool, ToolCall } from "../plugin.ts";
import { currentCallTraces, currentDurableRun, type DurableRun, withinToolCall } from "../run.ts";
import { refuseInterruptions, refuseUnsupported } from "../unsupported.ts";

/** Lets the tools of all agents take part in durable runs. Needed once; further calls do nothing. */
export function installToolCalls(): void {
  replaceTools(async (agent, getTools) => {
    const run = currentDurableRun();
    if (!run) return getTools();
    try {
      // An agent used as a tool can be looked into only here: before its first model call.
      refuseUnsupported(agent);
      const tools = await getTools();
      await refuseInterruptions(agent.name, tools);
      for (const { checkTools } of run.hooks) await checkTools?.(agent.name, tools);
      return tools.map((tool) => wrapped(tool, agent.name));
    } catch (error) {
      // Such an agent's errors become messages to the model that called it.
      run.outcome.note(error);
      throw error;
    }
  });
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
    // The run asks for approvals in place: an interruption would unwind it.
    needsApproval: neverApproved,
    invoke: async (runContext, input, details) => {
      const run = currentDurableRun();
      if (!run) return tool.invoke(runContext, input, details);
      const callId = details?.toolCall?.callId ?? "";
      const trace = currentCallTraces()?.of(callId);
      const call: ToolCall = { agent, tool, callId, runContext, input, signal: details?.signal, trace };
      try {
        const result = await withinToolCall(run, trace, () =>
          callThrough(run, call, (actual) => tool.invoke(runContext, actual, details)),
        );
        // The SDK's type knows only texts; it takes what its own tools return, contents too.
        return result as string;
      } catch (error) {
        // It ends the run, also when an agent used as a tool would make a message of it on the way up.
        run.outcome.note(runErrorOf(tool.name, error, details?.signal));
        throw error;
      }
    },
  };
}

function callThrough(
  run: DurableRun,
  call: ToolCall,
  invoke: (input: string) => Promise<unknown>,
): Promise<unknown> {
  return run.hooks.reduceRight(
    (next, { aroundToolCall }) =>
      aroundToolCall ? async (input: string) => aroundToolCall({ ...call, input }, next) : next,
    invoke,
  )(call.input);
}

// A tool that lets out what is not terminal, by `errorFunction: null`, wants the run to end too; but not when the call was
// given up because of another one, whose error it is that counts.
function runErrorOf(
  tool: string,
  error: unknown,
  signal: AbortSignal | undefined,
): TerminalError | undefined {
  const terminal = findTerminalError(error);
  if (terminal || signal?.aborted) return terminal;
  const cause = error instanceof Error ? error : new Error(String(error));
  return new AgentRunError(new ToolCallError(`The tool "${tool}" failed.`, cause));
}
