// Checks whether handlers still replay a journal: with the results that it holds, and without running anything.

import { setImmediate, setTimeout } from "node:timers/promises";
import type { HooksProvider } from "@restatedev/restate-sdk";
import { framesOf } from "./frames.ts";
import type { Journal } from "./journal.ts";
import { ERROR } from "./message-types.ts";
import { type Mismatch, mismatchAtEnd, mismatchOf } from "./mismatch.ts";
import { requestOf } from "./recorded-request.ts";
import { NotServedError, type RestateServices, replayer } from "./replay.ts";

// How the SDK lets its own telemetry package see whether an attempt still replays.
const IS_PROCESSING = Symbol.for("@restatedev/restate-sdk/hooks.isProcessing");

// Rounds of the event loop in which a handler that has not come to a step gets there, or ends.
const SETTLING_ROUNDS = 20;
// A handler that neither ends nor waits for Restate in this time waits for something else.
const STUCK_AFTER_MS = 10_000;

/** Checks a journal: undefined when the handlers replay it to its end, and would go on from there. */
export type ReplayCheck = (journal: Journal) => Promise<Mismatch | undefined>;

/** A step that an attempt would run, and whether it had come to the end of the journal by then. */
interface Reached {
  readonly step: string;
  readonly atEnd: boolean;
}

/** Makes a check of the handlers of these services. It takes one journal at a time. */
export function replayCheck(services: RestateServices): ReplayCheck {
  let reach: (reached: Reached) => void = () => {};
  const hooks: HooksProvider = (hook) => ({
    interceptor: {
      // Beyond the journal nothing is run; Restate would run it, and the attempt would go on.
      run: (step) => {
        const ask: unknown = Reflect.get(hook, IS_PROCESSING);
        reach({ step, atEnd: typeof ask !== "function" || ask() === true });
        return new Promise<never>(() => {});
      },
    },
  });
  const replay = replayer(services, [hooks]);

  /** How the handlers leave the journal: undefined when they do not, a cause alone where no command is known. */
  const attempt = async (journal: Journal): Promise<Mismatch | string | undefined> => {
    const reached = new Promise<Reached>((resolve) => {
      reach = resolve;
    });
    const answer = replay(requestOf(journal)).then((response) => ({ frames: framesOf(response) }));
    const timer = new AbortController();
    const first = await Promise.race([
      answer,
      reached.then(async (at) => (await answerSoon(answer)) ?? at),
      setTimeout(STUCK_AFTER_MS, undefined, { signal: timer.signal }),
    ]).finally(() => timer.abort());
    if (!first) return "waits for something that is no durable operation";
    if ("frames" in first) {
      const last = first.frames.at(-1);
      return last?.type === ERROR ? mismatchOf(last, journal) : undefined;
    }
    return first.atEnd
      ? undefined
      : `would run the step "${first.step}", whose result the journal does not have`;
  };

  return async (journal) => {
    const mismatch = await attempt(journal).catch((error: unknown) => {
      if (error instanceof NotServedError) return mismatchAtEnd(firstOf(journal, 1), error.message);
      throw error;
    });
    if (typeof mismatch !== "string") return mismatch;
    // The first part of the journal that is not replayed ends with the command in question.
    let [replayed, broken] = [0, journal.entries.length];
    while (broken - replayed > 1) {
      const middle = Math.floor((replayed + broken) / 2);
      if (await attempt(firstOf(journal, middle))) broken = middle;
      else replayed = middle;
    }
    return mismatchAtEnd(firstOf(journal, broken), mismatch);
  };
}

function firstOf(journal: Journal, count: number): Journal {
  return { ...journal, entries: journal.entries.slice(0, count) };
}

/** The answer, if the attempt ends within a moment. */
async function answerSoon<T>(answer: Promise<T>): Promise<T | undefined> {
  let found: T | undefined;
  void answer.then((value) => {
    found = value;
  });
  for (let round = 0; round < SETTLING_ROUNDS && found === undefined; round++) await setImmediate();
  return found;
}
