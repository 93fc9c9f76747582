// Which tool calls wait for a person, and what becomes of them: the Agents SDK's `needsApproval`, in place. Its own way,
// an interruption, unwinds the run and loses the approvals of agents used as tools and of streaming runs.

import type { ToolErrorFormatter } from "@openai/agents-core";
import { toSmartString } from "@openai/agents-core/utils";
import { hasDynamicFunctionToolApprovalPolicy } from "@openai/agents-core/utils/internal";
import type { RunEnd } from "../agents/outcome.ts";
import { currentDurableRun } from "../agents/run.ts";
import type { ToolCall, ToolCallHandler } from "../agents/tools/tool-calls.ts";
import type { DurableContext } from "../runtime/durable-context.ts";
import { handled } from "../runtime/scheduler.ts";
import type { ApprovalAnswer } from "./approval-answer.ts";
import { type Approvals, askForApproval } from "./approvals.ts";
import { nobodyToAsk } from "./refuse-approvals.ts";
import { readArguments } from "./tool-arguments.ts";

/** What the approvals of one run are made of. */
export interface ApprovalCalls {
  readonly context: DurableContext;
  readonly end: RunEnd;
  readonly approvals: Approvals | undefined;
  /** The SDK's own option, which words a rejection. */
  readonly toolErrorFormatter: ToolErrorFormatter | undefined;
}

/** Makes each call that needs no approval, or has got it; tells the model of one that was rejected. */
export function approvalCalls(run: ApprovalCalls): ToolCallHandler {
  return async (call, invoke) => {
    const answer = await decide(run, call);
    switch (answer.decision) {
      case "approve":
        return invoke(call.input);
      case "edit": {
        const edited = JSON.stringify(answer.arguments);
        return withEdit(call, edited, await invoke(edited));
      }
      case "reject":
        return rejection(run, call, answer.message);
    }
  };
}

async function decide(run: ApprovalCalls, call: ToolCall): Promise<ApprovalAnswer> {
  if (!(await needsApproval(call))) return { decision: "approve" };
  if (!run.approvals) throw nobodyToAsk(call.agent, call.tool);
  run.end.throwIfEnded();
  call.signal?.throwIfAborted();
  const { agent, tool, callId } = call;
  const progress = currentDurableRun()?.progress;
  progress?.approval("approval_requested", call);
  try {
    return await askForApproval(run.context, run.approvals, {
      call: { agent, tool: tool.name, callId, arguments: JSON.parse(call.input) },
      objectionTo: (edited) => {
        const read = readArguments(tool, JSON.stringify(edited));
        return read.valid ? undefined : `the edited arguments do not fit: ${read.why}`;
      },
      givenUp: givenUp(run.end, call.signal),
    });
  } finally {
    progress?.approval("approval_answered", call);
  }
}

// As the SDK decides, but that a call with invalid arguments is never asked about: it fails, and the model is told.
async function needsApproval({ tool, runContext, input, callId }: ToolCall): Promise<boolean> {
  const dynamic = hasDynamicFunctionToolApprovalPolicy(tool);
  // The usual case costs no parsing.
  if (!dynamic && !(await tool.needsApproval(runContext, undefined, callId))) return false;
  const read = readArguments(tool, input);
  if (!read.valid) return false;
  const inspectable = typeof read.value === "object" && read.value !== null && !Array.isArray(read.value);
  return !dynamic || !inspectable || tool.needsApproval(runContext, read.value, callId);
}

// The run may come to its end beside a call that waits, or the SDK may give up a turn because another call of it
// failed. Then no answer is needed, and none must be waited for.
function givenUp(end: RunEnd, signal: AbortSignal | undefined): Promise<never> {
  if (!signal) return end.ended;
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return handled(Promise.race([end.ended, aborted]));
}

// The SDK's wording; it does not export it.
const NOT_APPROVED = "Tool execution was not approved.";

async function rejection(run: ApprovalCalls, call: ToolCall, message: string | undefined): Promise<unknown> {
  const { tool, runContext } = call;
  const text = [await wording(run, call), message?.trim()].filter(Boolean).join(" ");
  // As in the SDK: what fits a tool's output schema, only its own error function knows.
  return tool.outputSchema && tool.errorFunction ? tool.errorFunction(runContext, new Error(text)) : text;
}

async function wording(run: ApprovalCalls, { tool, callId, runContext }: ToolCall): Promise<string> {
  try {
    const formatted = await run.toolErrorFormatter?.({
      kind: "approval_rejected",
      toolType: "function",
      toolName: tool.name,
      callId,
      defaultMessage: NOT_APPROVED,
      runContext,
    });
    return formatted ?? NOT_APPROVED;
  } catch {
    // As in the SDK; what was thrown may quote the call.
    run.context.console.warn("toolErrorFormatter threw. The Agents SDK's own wording is used in its place.");
    return NOT_APPROVED;
  }
}

// The model takes its own arguments for those of the call, and would tell of what was not done.
function withEdit({ tool }: ToolCall, edited: string, output: unknown): unknown {
  if (tool.outputSchema) return output;
  const text = `The reviewer changed the arguments of this call to ${edited}.`;
  const parts = [output].flat();
  return parts.length > 0 && parts.every(isContent)
    ? [{ type: "text", text }, ...parts]
    : `${text}\n${toSmartString(output)}`;
}

/** Whether the SDK gives it to the model as it is, and not as text. */
function isContent(part: unknown): boolean {
  const type: unknown = typeof part === "object" && part !== null ? Reflect.get(part, "type") : undefined;
  return type === "text" || type === "image" || type === "file";
}
