// Replays a journal as far as it goes: with the results that it holds, and without running anything.

import { setImmediate, setTimeout } from "node:timers/promises";
import type { HooksProvider } from "@restatedev/restate-sdk";
import type { Journal } from "./journal.ts";
import { type Frame, framesOf } from "./protocol/frames.ts";
import { requestOf } from "./recorded-request.ts";
import { type RestateServices, replayer } from "./replay.ts";

// How the SDK lets its own telemetry package see whether an attempt still replays.
const IS_PROCESSING = Symbol.for("@restatedev/restate-sdk/hooks.isProcessing");

// Rounds of the event loop in which a handler that has come to a step also comes to its end, if it does.
const SETTLING_ROUNDS = 20;
// A handler that neither ends nor waits for Restate in this time waits for something else.
const STUCK_AFTER_MS = 10_000;

/** A step that an attempt would run, and whether it had come to the end of the journal by then. */
interface Reached {
  readonly step: string;
  readonly atEnd: boolean;
}

export interface Attempt {
  /** What the handlers would have sent to Restate. */
  readonly frames: readonly Frame[];
  /** They have come to a step that is to be run, or to their answer, or to neither. */
  readonly end: Reached | "answered" | "stuck";
}

/** Makes attempts of the handlers of these services, one at a time. @throws NotServedError from an attempt */
export function replayAttempts(services: RestateServices): (journal: Journal) => Promise<Attempt> {
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

  return async (journal) => {
    const reached = new Promise<Reached>((resolve) => {
      reach = resolve;
    });
    const sent: Buffer[] = [];
    const over = new AbortController();
    const { signal } = over;
    const onBytes = (bytes: Buffer) => sent.push(bytes);
    const answered = replay(requestOf(journal), { onBytes, signal }).then(() => "answered" as const);
    const end = await Promise.race([
      answered,
      reached.then(async (at) => (await soon(answered)) ?? at),
      setTimeout(STUCK_AFTER_MS, "stuck" as const, { signal }),
    ]).finally(() => over.abort());
    return { frames: framesOf(Buffer.concat(sent)), end };
  };
}

/** What a promise gives within a moment. */
async function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  let found: T | undefined;
  void promise.then((value) => {
    found = value;
  });
  for (let round = 0; round < SETTLING_ROUNDS && found === undefined; round++) await setImmediate();
  return found;
}
