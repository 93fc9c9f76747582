// The Agents SDK's `needsApproval`, in place: a call waits for a person where it stands. The SDK's own way, an interruption,
// unwinds the run and loses the approvals of agents used as tools and of streaming runs.

import { toSmartString } from "@openai/agents-core/utils";
import { type Duration, type RunOptions, TerminalError } from "@restatedev/restate-sdk";
import type { Plugin, Run, ToolCall } from "../agents/plugin.ts";
import { needsApproval } from "../agents/tools/approval-policy.ts";
import { now } from "../runtime/clock.step.ts";
import type { DurableStep } from "../runtime/durable-steps.ts";
import { observerOf } from "../runtime/observer.ts";
import { handled } from "../runtime/scheduler.ts";
import { ANSWER_RULE, type ApprovalAnswer, readApprovalAnswer } from "./approval-answer.ts";
import { type AnswerLine, askPerson } from "./ask-person.ts";
import { objectionTo } from "./tool-arguments.ts";

/** A tool call that waits for a person. */
export interface ApprovalRequest extends AnswerLine {
  /** The agent whose tool it is, also when that agent is a tool itself. */
  readonly agent: string;
  readonly tool: string;
  readonly callId: string;
  /** The arguments as the model gave them. They fit the tool's parameters. */
  readonly arguments: unknown;
}

/** A decision in the place of an answer that does not come in time: to make the call, not to, or to end the run with a TerminalError. */
export interface ApprovalTimeout {
  readonly decision: "approve" | "reject" | "fail";
  /** What the model reads of a rejection, or the error says. */
  readonly message?: string;
}

/** Settings of {@link approvals}. */
export interface ApprovalsOptions {
  /**
   * Notifies people of a call that waits: by mail, in a queue, in a database. A durable step: it is retried until it
   * succeeds, and a TerminalError ends the run.
   */
  readonly request: (request: ApprovalRequest, step: DurableStep) => Promise<void> | void;
  /** How a failed `request` is retried; as the service's other steps when left out. */
  readonly retry?: Omit<RunOptions<unknown>, "serde">;
  /**
   * How long a person has, in milliseconds or as a Duration, from the first request on; restarts and answers that make
   * no sense do not prolong it. For ever when left out.
   */
  readonly timeout?: Duration | number;
  /** `"reject"` by default. */
  readonly onTimeout?: ApprovalTimeout["decision"] | ApprovalTimeout;
}

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
  run.toolCallWaits(call, true);
  try {
    return await ask(run, options, call);
  } finally {
    run.toolCallWaits(call, false);
  }
}

/** @throws TerminalError when the request failed for good, or at the time-out if that was chosen */
async function ask(
  run: Run,
  { request, retry, timeout, onTimeout = "reject" }: ApprovalsOptions,
  call: ToolCall,
): Promise<ApprovalAnswer> {
  const { context } = run;
  const { agent, callId, tool } = call;
  const { name } = tool;
  const about = { agent, tool: name, callId, arguments: JSON.parse(call.input) };
  const { answer, askedAt } = await askPerson<ApprovalAnswer>(context, {
    step: `request approval: ${name}`,
    notify: (line, step) => request({ ...line, ...about }, step),
    ...(retry && { retry }),
    read: (bytes) => {
      const received = readApprovalAnswer(bytes);
      if (received?.decision !== "edit") return received ?? ANSWER_RULE;
      const objection = objectionTo(tool, JSON.stringify(received.arguments));
      return objection ? `the edited arguments do not fit: ${objection}` : received;
    },
    rejected: (message) => ({ decision: "reject", message }),
    ...(timeout !== undefined && { timer: () => context.sleep(timeout, `approval time-out: ${name}`) }),
    givenUp: givenUp(run, call.signal),
  });
  // Without the first of the wait's times it was asked unobserved, and there is no step for the second.
  if (askedAt !== undefined) {
    const end = await context.run(`approval answered: ${name}`, () => now());
    const work = { tool: name, answer: answer?.decision ?? "none", start: askedAt };
    observerOf(context.request())?.work({ kind: "approval", ...work })({ at: end });
  }
  return answer ?? outcomeOf(onTimeout, name);
}

function outcomeOf(onTimeout: NonNullable<ApprovalsOptions["onTimeout"]>, tool: string): ApprovalAnswer {
  const { decision, message }: ApprovalTimeout =
    typeof onTimeout === "string" ? { decision: onTimeout } : onTimeout;
  if (decision === "approve") return { decision };
  if (decision === "reject") return { decision, message: message ?? "Nobody answered in time." };
  throw new TerminalError(message ?? `Nobody answered in time whether the tool "${tool}" may be called.`, {
    errorCode: 408,
  });
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
