// Asks a person about one tool call and waits where the call stands. Waiting is free in Restate, so nothing is unwound: an
// answer that makes no sense is asked for again, and the run goes on in place.

import {
  CancelledError,
  type Duration,
  type RunOptions,
  serde,
  TerminalError,
} from "@restatedev/restate-sdk";
import type { DurableContext } from "../runtime/durable-context.ts";
import type { DurableStep } from "../runtime/durable-steps.ts";
import { observerOf } from "../runtime/observer.ts";
import { handled } from "../runtime/scheduler.ts";
import {
  ANSWER_RULE,
  type ApprovalAnswer,
  readApprovalAnswer,
  type WireApprovalAsked,
} from "./approval-answer.ts";

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
  readonly insteadOf?: { readonly id: string; readonly reason: string };
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

const TIMED_OUT = "timed out";

/**
 * Asks until there is an answer that can be used, or no time is left.
 *
 * @throws TerminalError when the request failed for good, or at the time-out if that was chosen
 */
export async function askForApproval(
  context: DurableContext,
  { request, retry = {}, timeout, onTimeout = "reject" }: ApprovalsOptions,
  { call, objectionTo, givenUp }: PendingApproval,
): Promise<ApprovalAnswer> {
  let timer: Promise<typeof TIMED_OUT> | undefined;
  let askedAt: number | undefined;
  for (let insteadOf: ApprovalRequest["insteadOf"]; ; ) {
    // Bytes, read afterwards: what the awakeable itself cannot read would be retried for ever.
    const { id, promise } = context.awakeable<Uint8Array | undefined>(serde.binary);
    const answer = handled(answerOf(promise));
    const notify = async (step: DurableStep): Promise<WireApprovalAsked | undefined> => {
      await request({ id, ...call, ...(insteadOf && { insteadOf }) }, step);
      return observerOf(context.request()) === undefined ? undefined : { at: Date.now() };
    };
    const asked = await context.run(`request approval: ${call.tool}`, notify, retry);
    askedAt ??= asked?.at;
    if (timeout !== undefined) {
      timer ??= handled(
        context.sleep(timeout, `approval time-out: ${call.tool}`).then(() => TIMED_OUT as typeof TIMED_OUT),
      );
    }
    const received = await Promise.race([givenUp, answer, ...(timer ? [timer] : [])]);
    if (received === TIMED_OUT) {
      await recordWait(context, call.tool, askedAt, "none");
      return outcomeOf(onTimeout, call.tool);
    }
    const reason = received?.decision === "edit" ? objectionTo(received.arguments) : undefined;
    if (received && reason === undefined) {
      await recordWait(context, call.tool, askedAt, received.decision);
      return received;
    }
    insteadOf = { id, reason: reason ?? ANSWER_RULE };
  }
}

/** Lets an observer see the wait, by journaled times. Without the first it was asked unobserved, and there is no step for the second. */
async function recordWait(
  context: DurableContext,
  tool: string,
  start: number | undefined,
  answer: ApprovalAnswer["decision"] | "none",
): Promise<void> {
  if (start === undefined) return;
  const end = await context.run(`approval answered: ${tool}`, () => Date.now());
  observerOf(context.request())?.work({ kind: "approval", tool, answer, start })({ at: end });
}

/** Undefined when it is no answer. */
async function answerOf(promise: Promise<Uint8Array | undefined>): Promise<ApprovalAnswer | undefined> {
  try {
    return readApprovalAnswer((await promise) ?? new Uint8Array());
  } catch (error) {
    // Restate's own way to say no: …/reject, with a reason.
    if (error instanceof TerminalError && !(error instanceof CancelledError)) {
      return { decision: "reject", message: error.message };
    }
    throw error;
  }
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
