// Asks a person about one tool call and waits where the call stands.

import { type Duration, type RunOptions, TerminalError } from "@restatedev/restate-sdk";
import type { DurableContext } from "../runtime/durable-context.ts";
import type { DurableStep } from "../runtime/durable-steps.ts";
import { recordSpan } from "../telemetry/record.ts";
import { ATTR } from "../telemetry/registry.ts";
import { ANSWER_RULE, type ApprovalAnswer, readApprovalAnswer } from "./approval-answer.ts";
import { type AnswerLine, askPerson } from "./ask-person.ts";

/** A tool call that waits for a person. */
export interface ApprovalRequest {
  /** Of the awakeable: the answer goes to Restate's ingress, `POST /restate/awakeables/{id}/resolve`, or `…/reject`. */
  readonly id: string;
  /** The agent whose tool it is, also when that agent is a tool itself. */
  readonly agent: string;
  readonly tool: string;
  readonly callId: string;
  /** The arguments as the model gave them. They fit the tool's parameters. */
  readonly arguments: unknown;
  /** The request that this one replaces, and why the answer to it could not be used; not set on the first. */
  readonly insteadOf?: NonNullable<AnswerLine["insteadOf"]>;
}

/** What becomes of a call that nobody answers in time: it is made, it is not, or the run ends with a TerminalError. */
export interface ApprovalTimeout {
  readonly decision: "approve" | "reject" | "fail";
  /** What the model is told of a rejection, or the error says. */
  readonly message?: string;
}

/** How a run's tools are approved that have the Agents SDK's `needsApproval`. */
export interface Approvals {
  /**
   * Tells people of a call that waits: by mail, in a queue, in a database. A durable step: it is retried until it
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
  { request, retry, timeout, onTimeout = "reject" }: Approvals,
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

/** Tells of the wait by journaled times. Without the first, it was asked without telemetry, and there is no step for the second. */
async function recordWait(
  context: DurableContext,
  tool: string,
  start: number | undefined,
  answer: ApprovalAnswer["decision"] | "none",
): Promise<void> {
  if (start === undefined) return;
  const end = await context.run(`approval answered: ${tool}`, () => Date.now());
  const attributes = { [ATTR.approvalAnswer]: answer, [ATTR.toolName]: tool };
  recordSpan(context, { kind: "approval", name: `approval ${tool}`, start, end, attributes });
}

function outcomeOf(onTimeout: NonNullable<Approvals["onTimeout"]>, tool: string): ApprovalAnswer {
  const { decision, message }: ApprovalTimeout =
    typeof onTimeout === "string" ? { decision: onTimeout } : onTimeout;
  if (decision === "approve") return { decision };
  if (decision === "reject") return { decision, message: message ?? "Nobody answered in time." };
  throw new TerminalError(message ?? `Nobody answered in time whether the tool "${tool}" may be called.`, {
    errorCode: 408,
  });
}
