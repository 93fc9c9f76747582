// A step that fails ends the whole attempt: Restate replays the handler and runs the step again. Its siblings that
// are still running would lose their results and have their effects twice. The gate holds the failure back until
// they have finished and been journaled, and lets no new step start until it is known what became of the failure.

import { setImmediate } from "node:timers/promises";
import { type Duration, PauseError, RetryableError, TerminalError } from "@restatedev/restate-sdk";

/** Returns when all microtasks have run, those too that they began. */
export async function microtasksDone(): Promise<void> {
  await setImmediate();
}

/** The gate of one attempt. A step is known by the signal that its caller goes on without it. */
export class StepGate {
  readonly #running = new Set<AbortSignal>();
  readonly #failing = new Set<AbortSignal>();
  #changed = Promise.withResolvers<void>();

  /**
   * Runs a step's action; see the header for what happens when it throws something that Restate retries.
   *
   * @param step aborted when its caller goes on without it: what its action throws then is never retried
   */
  async run<T>(step: AbortSignal, action: () => Promise<T> | T): Promise<T> {
    await this.#opened();
    if (step.aborted) throw cancelledStep();
    this.#running.add(step);
    // A cancelled action may go on for as long as it likes: nobody waits for it.
    const leave = () => {
      if (this.#running.delete(step)) this.#change();
    };
    step.addEventListener("abort", leave, { once: true });
    try {
      return await action();
    } catch (error) {
      if (step.aborted) throw cancelledStep();
      if (!(error instanceof TerminalError)) {
        this.#failing.add(step);
        leave();
        while (this.#running.size > 0) await this.#changed.promise;
        // The last sibling's result is proposed to Restate a few microtasks after its action returned.
        await microtasksDone();
      }
      throw error;
    } finally {
      step.removeEventListener("abort", leave);
      leave();
    }
  }

  /** To be called when the step's caller has its result: a failure of it has not ended the attempt, and steps may start again. */
  settled(step: AbortSignal): void {
    if (this.#failing.delete(step)) this.#change();
  }

  /** Returns when no failure is under way. */
  async #opened(): Promise<void> {
    while (this.#failing.size > 0) await this.#changed.promise;
  }

  #change(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}

// Who undoes the step's work waits until it has ended, and need not know how.
function cancelledStep(): TerminalError {
  return new TerminalError("The step was cancelled.", { errorCode: 409 });
}

/** Metadata of a journaled failure that is one of a single attempt, and not of the step. Restate keeps it since 1.6. */
export const FAILED_ATTEMPT = {
  retryAfter: "retry-after-ms",
  duration: "duration-ms",
  startedAt: "started-at-ms",
  errorType: "error-type",
  retryIn: "retry-in-ms",
};
export const NEVER = "never";

/** How long to wait before the next attempt, in milliseconds; undefined when there is none. `wish` is the failure's own. */
export type RetryIn = (durationMs: number, wish: number | undefined) => number | undefined;

/**
 * Runs inside of a step: makes what the action throws a journaled failure of this attempt.
 *
 * @param signal aborted when the attempt is over anyway, so that what is thrown then says nothing of the action
 * @param retryIn decides when the next attempt is made
 */
export async function journalingFailure<T>(
  action: () => Promise<T> | T,
  signal: AbortSignal,
  retryIn: RetryIn,
): Promise<T> {
  const started = Date.now();
  try {
    return await action();
  } catch (error) {
    if (signal.aborted || error instanceof TerminalError || error instanceof PauseError) throw error;
    const retryAfter = error instanceof RetryableError ? error.retryAfter : undefined;
    const wish = retryAfter === undefined ? undefined : toMillis(retryAfter);
    const durationMs = Date.now() - started;
    throw new TerminalError(error instanceof Error ? error.message : String(error), {
      metadata: {
        [FAILED_ATTEMPT.retryAfter]: String(wish ?? ""),
        [FAILED_ATTEMPT.retryIn]: String(retryIn(durationMs, wish) ?? NEVER),
        [FAILED_ATTEMPT.duration]: String(durationMs),
        [FAILED_ATTEMPT.startedAt]: String(started),
        [FAILED_ATTEMPT.errorType]: errorTypeOf(error),
      },
    });
  }
}

/** A duration in milliseconds. */
export function toMillis(duration: Duration | number): number {
  if (typeof duration === "number") return duration;
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = duration;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
}

/** The class of an error, in few different words: `type` of errors that have one, else its name. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return "Error";
  return "type" in error && typeof error.type === "string" ? error.type : error.name;
}
