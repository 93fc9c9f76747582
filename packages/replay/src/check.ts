// Checks whether handlers still replay a journal.

import { type Attempt, replayAttempts } from "./attempt.ts";
import type { Journal } from "./journal.ts";
import { type Mismatch, mismatchAtEnd, mismatchOf } from "./mismatch.ts";
import { ERROR } from "./protocol/message-types.ts";
import { NotServedError, type RestateServices } from "./replay.ts";

/** Checks a journal: undefined when the handlers replay it to its end, and would go on from there. */
export type ReplayCheck = (journal: Journal) => Promise<Mismatch | undefined>;

/** Makes a check of the handlers of these services. It takes one journal at a time. */
export function replayCheck(services: RestateServices): ReplayCheck {
  const attempt = replayAttempts(services);
  const mismatchIn = async (journal: Journal) => mismatchAfter(await attempt(journal), journal);
  return async (journal) => {
    const mismatch = await mismatchIn(journal).catch((error: unknown) => {
      if (error instanceof NotServedError) return mismatchAtEnd(firstOf(journal, 1), error.message);
      throw error;
    });
    if (typeof mismatch !== "string") return mismatch;
    // The first part of the journal that is not replayed ends with the command in question.
    let [replayed, broken] = [0, journal.entries.length];
    while (broken - replayed > 1) {
      const middle = Math.floor((replayed + broken) / 2);
      if (await mismatchIn(firstOf(journal, middle))) broken = middle;
      else replayed = middle;
    }
    return mismatchAtEnd(firstOf(journal, broken), mismatch);
  };
}

/** How the handlers leave the journal: undefined when they do not, a cause alone where no command is known. */
function mismatchAfter({ frames, end }: Attempt, journal: Journal): Mismatch | string | undefined {
  if (end === "stuck") return "waits for something that is no durable operation";
  if (end === "answered") {
    const last = frames.at(-1);
    return last?.type === ERROR ? mismatchOf(last, journal) : undefined;
  }
  return end.atEnd ? undefined : `would run the step "${end.step}", whose result the journal does not have`;
}

function firstOf(journal: Journal, count: number): Journal {
  return { ...journal, entries: journal.entries.slice(0, count) };
}
