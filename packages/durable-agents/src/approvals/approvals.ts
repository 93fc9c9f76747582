// The Agents SDK's `needsApproval`, in place: a call waits for a person where it stands. The SDK's own way, an interruption,
// unwinds the run and loses the approvals of agents used as tools and of streaming runs.

import { toSmartString } from "@openai/agents-core/utils";
import type { Plugin, Run, ToolCall } from "../agents/plugin.ts";
import { needsApproval } from "../agents/tools/approval-policy.ts";
import { handled } from "../runtime/scheduler.ts";
import type { ApprovalAnswer } from "./approval-answer.ts";
import { type ApprovalsOptions, askForApproval } from "./ask-for-approval.ts";
import { objectionTo } from "./tool-arguments.ts";

/**
 * Asks a person before a tool with `needsApproval` is called. Put it before `progress(…)`, which then shows a call's wait before
 * its work.
 *
 * ```ts
 * new DurableRunner(ctx, { plugins: [approvals({ request: ({ id, tool }) => mail(`${tool} waits: ${id}`) })] });
 * ```
 */
export function approvals(options: ApprovalsOptions): Plugin {
  return (run) => ({
    approvesTools: true,
    aroundToolCall: async (call, next) => {
      const answer = await decide(run, options, call);
      switch (answer.decision) {
        case "approve":
          return next(call.input);
        case "edit": {
          const edited = JSON.stringify(answer.arguments);
          return withEdit(call, edited, await next(edited));
        }
        case "reject":
          return rejection(run, call, answer.message);
      }
    },
  });
}

async function decide(run: Run, options: ApprovalsOptions, call: ToolCall): Promise<ApprovalAnswer> {
  if (!(await needsApproval(call))) return { decision: "approve" };
  run.throwIfEnded();
  call.signal?.throwIfAborted();
  const { agent, tool, callId } = call;
  run.toolCallWaits(call, true);
  try {
    return await askForApproval(run.context, options, {
      call: { agent, tool: tool.name, callId, arguments: JSON.parse(call.input) },
      objectionTo: (edited) => {
        const objection = objectionTo(tool, JSON.stringify(edited));
        return objection && `the edited arguments do not fit: ${objection}`;
      },
      givenUp: givenUp(run, call.signal),
    });
  } finally {
    run.toolCallWaits(call, false);
  }
}

// The run may come to its end beside a call that waits, or the SDK may give up a turn because another call of it
// failed. Then no answer is needed, and none must be waited for.
function givenUp(run: Run, signal: AbortSignal | undefined): Promise<never> {
  if (!signal) return run.failed;
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return handled(Promise.race([run.failed, aborted]));
}

// The SDK's wording; it does not export it.
const NOT_APPROVED = "Tool execution was not approved.";

async function rejection(run: Run, call: ToolCall, message: string | undefined): Promise<unknown> {
  const { tool, runContext } = call;
  const text = [await wording(run, call), message?.trim()].filter(Boolean).join(" ");
  // As in the SDK: what fits a tool's output schema, only its own error function knows.
  return tool.outputSchema && tool.errorFunction ? tool.errorFunction(runContext, new Error(text)) : text;
}

async function wording(run: Run, { tool, callId, runContext }: ToolCall): Promise<string> {
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

// The model takes its own arguments for those of the call, and would report what was not done.
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
