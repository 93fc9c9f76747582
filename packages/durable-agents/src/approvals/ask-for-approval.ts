// Asks a person about one tool call and waits where the call stands.

import { type Duration, type RunOptions, TerminalError } from "@restatedev/restate-sdk";
import { now } from "../runtime/clock.step.ts";
import type { DurableContext } from "../runtime/durable-context.ts";
import type { DurableStep } from "../runtime/durable-steps.ts";
import { observerOf } from "../runtime/observer.ts";
import { ANSWER_RULE, type ApprovalAnswer, readApprovalAnswer } from "./approval-answer.ts";
import { type AnswerLine, askPerson } from "./ask-person.ts";

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

/** Settings of `approvals`. */
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

/** What is asked, and when nobody needs an answer any more. */
export interface PendingApproval {
  readonly call: Omit<ApprovalRequest, "id" | "insteadOf">;
  /** Why these arguments cannot take the place of the model's; undefined when they can. */
  readonly objectionTo: (edited: Record<string, unknown>) => string | undefined;
  /** Rejects when the call is given up. */
  readonly givenUp: Promise<never>;
}

/**
 * Asks until there is an answer that can be used, or no time is left.
 *
 * @throws TerminalError when the request failed for good, or at the time-out if that was chosen
 */
export async function askForApproval(
  context: DurableContext,
  { request, retry, timeout, onTimeout = "reject" }: ApprovalsOptions,
  { call, objectionTo, givenUp }: PendingApproval,
): Promise<ApprovalAnswer> {
  const { tool } = call;
  const { answer, askedAt } = await askPerson<ApprovalAnswer>(context, {
    step: `request approval: ${tool}`,
    notify: (line, step) => request({ ...line, ...call }, step),
    ...(retry && { retry }),
    read: (bytes) => {
      const received = readApprovalAnswer(bytes);
      if (!received) return ANSWER_RULE;
      return (received.decision === "edit" && objectionTo(received.arguments)) || received;
    },
    rejected: (message) => ({ decision: "reject", message }),
    ...(timeout !== undefined && { timer: () => context.sleep(timeout, `approval time-out: ${tool}`) }),
    givenUp,
  });
  await recordWait(context, tool, askedAt, answer?.decision ?? "none");
  return answer ?? outcomeOf(onTimeout, tool);
}

/** Lets an observer see the wait, by journaled times. Without the first it was asked unobserved, and there is no step for the second. */
async function recordWait(
  context: DurableContext,
  tool: string,
  start: number | undefined,
  answer: ApprovalAnswer["decision"] | "none",
): Promise<void> {
  if (start === undefined) return;
  const end = await context.run(`approval answered: ${tool}`, () => now());
  observerOf(context.request())?.work({ kind: "approval", tool, answer, start })({ at: end });
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
