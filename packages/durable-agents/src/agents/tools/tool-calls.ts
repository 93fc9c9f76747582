// What a durable run does around each call of a function tool: asks for an approval, tells of its progress. The SDK
// has no hook for it that also reaches the tools of an agent used as a tool, so tools are wrapped where every agent
// gives them to its runner: in Agent.getAllTools, which outside of durable runs stays what it was.

import { Agent, type RunContext, type Tool, ToolCallError, tool } from "@openai/agents-core";
import type { TerminalError } from "@restatedev/restate-sdk";
import { z } from "zod";
import { errorTypeOf } from "../../runtime/retries.ts";
import type { LogicalSpan } from "../../telemetry/logical-span.ts";
import { ATTR } from "../../telemetry/registry.ts";
import { currentLogicalSpan } from "../../telemetry/sdk-spans.ts";
import { type ToolTrace, ToolTraces } from "../../telemetry/tool-traces.ts";
import { AgentRunError, findTerminalError } from "../errors.ts";
import { currentDurableRun, type DurableRun, withDurableRun } from "../run.ts";
import { refuseUnsupported } from "../unsupported.ts";

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own type for an agent of any context and output
type AnyAgent = Agent<any, any>;

/** The SDK's function tool of any parameters. */
export type FunctionTool = Extract<Tool, { type: "function" }>;

/** One call of a function tool, before it is made. */
export interface ToolCall {
  readonly agent: string;
  readonly tool: FunctionTool;
  readonly callId: string;
  readonly runContext: RunContext;
  /** The arguments as the model gave them: JSON, not yet checked. */
  readonly input: string;
  /** Aborts when the SDK gives the call up, because another call of the turn failed. */
  readonly signal: AbortSignal | undefined;
}

/** Makes the call by `invoke`, with the call's own input or another one, or answers in its place. */
export type ToolCallHandler = (
  call: ToolCall,
  invoke: (input: string) => Promise<unknown>,
) => Promise<unknown>;

/** Several handlers as one; the first is the outermost. */
export function composed(...handlers: readonly ToolCallHandler[]): ToolCallHandler {
  return (call, invoke) =>
    handlers.reduceRight(
      (next, handler) => (input: string) => handler({ ...call, input }, next),
      invoke,
    )(call.input);
}

let installed = false;

/** Lets the tools of all agents take part in durable runs. Needed once; further calls do nothing. */
export function installToolCalls(): void {
  if (installed) return;
  installed = true;
  const original = Agent.prototype.getAllTools;
  Agent.prototype.getAllTools = async function (this: AnyAgent, ...args) {
    const run = currentDurableRun();
    if (!run) return original.apply(this, args);
    try {
      // An agent used as a tool can be looked into only here: before its first model call.
      refuseUnsupported(this);
      const tools = await original.apply(this, args);
      await run.checkTools?.(this.name, tools);
      return run.toolCall ? tools.map((tool) => wrapped(tool, this.name)) : tools;
    } catch (error) {
      // Such an agent's errors become messages to the model that called it.
      run.end.note(error);
      throw error;
    }
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
    needsApproval: neverBySdk,
    invoke: async (runContext, input, details) => {
      const invoke = (actual: string) => tool.invoke(runContext, actual, details);
      const run = currentDurableRun();
      const { toolCall } = run ?? {};
      if (!run || !toolCall) return invoke(input);
      const callId = details?.toolCall?.callId ?? "";
      const { signal } = details ?? {};
      const trace = run.toolTraces.of(callId);
      const span = toolSpan(agent, callId, trace);
      const within: DurableRun = {
        ...run,
        toolTraces: new ToolTraces(),
        toolSpan: span,
        ...(trace && { callHeaders: trace.headers }),
      };
      try {
        return (await withDurableRun(within, () =>
          toolCall({ agent, tool, callId, runContext, input, signal }, invoke),
        )) as string;
      } catch (error) {
        if (span) span.attributes[ATTR.errorType] = errorTypeOf(error);
        // It ends the run, also when an agent used as a tool would make a message of it on the way up.
        run.end.note(runErrorOf(tool.name, error, signal));
        throw error;
      }
    },
  };
}

/** The span of this call, which the SDK has just begun, told what the SDK does not know of it. */
function toolSpan(agent: string, callId: string, trace: ToolTrace | undefined): LogicalSpan | undefined {
  const span = currentLogicalSpan();
  if (span?.kind !== "execute_tool") return undefined;
  if (trace) span.knownAs(trace.spanId);
  Object.assign(span.attributes, { [ATTR.agentName]: agent, [ATTR.toolCallId]: callId });
  return span;
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

// Approvals are asked for in place, by the handler of calls: an interruption would unwind the whole run. The SDK knows
// the policies that it made itself of `true` and `false`; one that it does not know interrupts at arguments that are no
// JSON object, whatever it says.
const { needsApproval: neverBySdk } = tool({
  name: "never",
  description: "",
  parameters: z.object({}),
  needsApproval: false,
  execute: () => "",
});
