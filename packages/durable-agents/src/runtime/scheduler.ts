// One scheduler per invocation: it owns every pending Restate promise and hands their completions out one at a
// time, in the order Restate journaled them. This is what lets the Agents SDK use native promises freely.
//
// Invariants:
//  S1  Between two completions the handler's code runs on microtasks alone, so what it does next is a pure
//      function of the journal.
//  S2  The scheduler awaits one Restate promise at a time: a race over all that are pending. Restate replays the
//      winner of that race identically.
//  S3  A rejection of the race itself is a cancellation and reaches every pending promise but those that outlast it; a
//      failure of one operation reaches only its own caller.

import { CancelledError, RestateError, RestatePromise, TerminalError } from "@restatedev/restate-sdk";
import { microtasksDone } from "./step-gate.step.ts";

interface Pending {
  readonly promise: RestatePromise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly options: TrackOptions;
}

export interface TrackOptions {
  /** Called before the native promise rejects because the invocation was cancelled. */
  readonly onCancel?: () => void;
  /** Whether the operation is waited for whatever is cancelled meanwhile. */
  readonly outlastsCancellation?: boolean;
}

type Racing = Pick<typeof RestatePromise, "race">;

/** Lets the scheduler await promises that nobody else may await. */
interface Guard {
  readonly use: <T>(call: () => T) => T;
  /** Why nothing can be awaited now. */
  readonly awaitedElsewhere: () => TerminalError | undefined;
}

type Outcome = { id: number; value: unknown } | { id: number; failure: RestateError };

export class Scheduler {
  readonly #guard: Guard;
  readonly #promises: Racing;
  readonly #pending = new Map<number, Pending>();
  readonly #watched = new Map<number, Pending>();
  #nextId = 0;
  #state: "stopped" | "settling" | "racing" = "stopped";
  #cancellation: TerminalError | undefined;

  /**
   * @param guard of the context whose promises this scheduler awaits
   * @param promises the library that they are of
   */
  constructor(guard: Guard, promises: Racing = RestatePromise) {
    this.#guard = guard;
    this.#promises = promises;
  }

  /** Whether an operation is pending. */
  get isPending(): boolean {
    return this.#pending.size > 0;
  }

  /** The last cancellation of the invocation so far. */
  get cancellation(): TerminalError | undefined {
    return this.#cancellation;
  }

  /**
   * Registers a Restate promise and returns a native promise for its result, safe under `Promise.all` and friends.
   */
  track<T>(promise: RestatePromise<T>, options: TrackOptions = {}): Promise<T> {
    const result = new Promise<T>((resolve, reject) => {
      this.#pending.set(this.#nextId++, {
        promise,
        // The map erases T; the pair (promise, resolve) keeps it, as both come from this one call.
        resolve: resolve as (value: unknown) => void,
        reject,
        options,
      });
      if (this.#state === "stopped") void this.#loop();
    });
    return handled(result);
  }

  /**
   * Watches a Restate promise beside the operations: it is looked at while one of them is pending, and holds nothing up
   * by itself.
   *
   * @param listener called once, like the code that awaits an operation
   * @returns ends the watch
   */
  watch(promise: RestatePromise<unknown>, listener: () => void): () => void {
    const id = this.#nextId++;
    this.#watched.set(id, { promise, resolve: listener, reject: listener, options: {} });
    return () => this.#watched.delete(id);
  }

  /**
   * Throws when the handler's code is not what started this operation: only real I/O, a timer or a durable step's
   * own closure can run while the scheduler waits for Restate, and neither would replay in the same order.
   */
  assertReplayable(operation: string): void {
    if (this.#state === "racing") {
      throw new TerminalError(
        `Durable operation "${operation}" was started from inside a durable step, or after real I/O or a timer. ` +
          `Do I/O, timers and clocks inside ctx.run(...), and start durable operations outside of it.`,
      );
    }
  }

  async #loop(): Promise<void> {
    for (;;) {
      this.#state = "settling";
      await microtasksDone(); // the handler's code is quiescent (S1)
      if (this.#pending.size === 0) {
        this.#state = "stopped";
        return;
      }
      const entries = [...this.#pending];
      const refusal = this.#guard.awaitedElsewhere();
      if (refusal) {
        this.#pending.clear();
        for (const [, { reject }] of entries) reject(refusal);
        continue;
      }
      this.#state = "racing";
      try {
        const all = [...entries, ...this.#watched];
        const outcome = await this.#guard.use(() => firstOf(all, this.#promises));
        this.#state = "settling";
        this.#settle(outcome);
      } catch (cancellation) {
        this.#state = "settling";
        if (cancellation instanceof TerminalError) this.#cancellation = cancellation;
        for (const [id, entry] of entries) {
          if (entry.options.outlastsCancellation) continue;
          this.#pending.delete(id);
          entry.options.onCancel?.();
          entry.reject(cancellation);
        }
      }
    }
  }

  #settle(outcome: Outcome): void {
    const entries = this.#watched.has(outcome.id) ? this.#watched : this.#pending;
    const entry = entries.get(outcome.id);
    if (!entry) throw new Error(`scheduler: operation ${outcome.id} settled twice`);
    entries.delete(outcome.id);
    if ("failure" in outcome) entry.reject(outcome.failure);
    else entry.resolve(outcome.value);
  }
}

/** Awaits at once, and not when its own promise is awaited. */
function firstOf(
  entries: readonly (readonly [id: number, Pending])[],
  promises: Racing,
): PromiseLike<Outcome> {
  const [only] = entries;
  if (only && entries.length === 1 && !only[1].options.outlastsCancellation) {
    // The usual case. A race of one is the operation itself, without the promises and the passes through Restate's
    // state machine that a race costs. Its failure must only be distinguished from a cancellation, which is no RestateError of
    // the operation's own. (After one the promise itself rejects for ever, while a race of it can be made anew.)
    const [id, { promise }] = only;
    return promise.then(
      (value) => ({ id, value }),
      (failure: unknown) => {
        if (failure instanceof CancelledError || !(failure instanceof RestateError)) throw failure;
        return { id, failure };
      },
    );
  }
  const race = promises.race(
    entries.map(([id, entry]) =>
      entry.promise.map((value, failure): Outcome => (failure ? { id, failure } : { id, value })),
    ),
  );
  return race.then((outcome) => outcome);
}

/**
 * Marks a promise as handled: with Restate's own promises, a failure that nobody asks for yet, or at all, is no
 * error, while Node ends the process for a native one.
 */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
