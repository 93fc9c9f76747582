// Asks a person a question and waits where the code stands. Waiting is free in Restate, so nothing is unwound: an answer that
// makes no sense is asked for again, and the handler goes on in place.

import { CancelledError, type RunOptions, serde, TerminalError } from "@restatedev/restate-sdk";
import { now } from "../runtime/clock.step.ts";
import type { DurableContext } from "../runtime/durable-context.ts";
import type { DurableStep } from "../runtime/durable-steps.ts";
import { observerOf } from "../runtime/observer.ts";
import { handled } from "../runtime/scheduler.ts";

/** One way to answer: an awakeable, whose public line can carry anything. */
export interface AnswerLine {
  /** Of the awakeable: the answer goes to Restate's ingress, `POST /restate/awakeables/{id}/resolve`, or `…/reject`. */
  readonly id: string;
  /** The line that this one replaces, and why the answer to it could not be used; not set on the first. */
  readonly insteadOf?: { readonly id: string; readonly reason: string };
}

/** What is asked of a person. */
export interface Question<Answer> {
  /** The name of the durable step that notifies people. */
  readonly step: string;
  /** Notifies people of the question, within that step. */
  readonly notify: (line: AnswerLine, step: DurableStep) => Promise<void> | void;
  /** How a failed `notify` is retried; as the service's other steps when left out. */
  readonly retry?: Omit<RunOptions<unknown>, "serde">;
  /** Called with each line before people are notified of it. */
  readonly open?: (line: AnswerLine) => Promise<void>;
  /** Reads an answer; a string is the reason why it is none. */
  readonly read: (bytes: Uint8Array) => Answer | string;
  /** The answer of a person who uses Restate's own way to say no, with a reason. */
  readonly rejected: (reason: string) => Answer;
  /** Begins the time to answer, once people have been notified; answers that make no sense do not prolong it. */
  readonly timer?: (() => Promise<void>) | undefined;
  /** Rejects when no answer is needed any more. */
  readonly givenUp?: Promise<never>;
}

/** How a question ended. */
export interface Asked<Answer> {
  /** Undefined when nobody answered in time. */
  readonly answer: Answer | undefined;
  /** The awakeable through which the answer came, or could have come. */
  readonly awakeableId: string;
  /** When it was asked, in milliseconds since 1970; undefined when that was without telemetry. */
  readonly askedAt: number | undefined;
}

/** What the step stores that notifies people; nothing when it ran without telemetry. */
interface WireAsked {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Asks until there is an answer that can be used, or no time is left.
 *
 * @throws TerminalError when nobody can be notified
 */
export async function askPerson<Answer extends object>(
  context: DurableContext,
  question: Question<Answer>,
): Promise<Asked<Answer>> {
  let timedOut: Promise<undefined> | undefined;
  let askedAt: number | undefined;
  for (let insteadOf: AnswerLine["insteadOf"]; ; ) {
    // Bytes, read afterwards: what the awakeable itself cannot read would be retried for ever.
    const { id, promise } = context.awakeable<Uint8Array | undefined>(serde.binary);
    const line: AnswerLine = { id, ...(insteadOf && { insteadOf }) };
    const answer = handled(answerOf(promise, question));
    await question.open?.(line);
    const notify = async (step: DurableStep): Promise<WireAsked | undefined> => {
      await question.notify(line, step);
      return observerOf(context.request()) === undefined ? undefined : { at: now() };
    };
    const asked = await context.run(question.step, notify, question.retry ?? {});
    askedAt ??= asked?.at;
    if (question.timer) timedOut ??= handled(question.timer().then(() => undefined));
    const waits = [question.givenUp, answer, timedOut].filter((wait) => wait !== undefined);
    const received = await Promise.race(waits);
    if (typeof received !== "string") return { answer: received, awakeableId: id, askedAt };
    insteadOf = { id, reason: received };
  }
}

async function answerOf<Answer>(
  promise: Promise<Uint8Array | undefined>,
  { read, rejected }: Question<Answer>,
): Promise<Answer | string> {
  try {
    return read((await promise) ?? new Uint8Array());
  } catch (error) {
    if (error instanceof TerminalError && !(error instanceof CancelledError)) return rejected(error.message);
    throw error;
  }
}
