// A step that fails ends the whole attempt: Restate replays the handler and runs the step again. Its siblings that
// are still running would lose their results and have their effects twice. The gate holds the failure back until
// they have finished and been journaled, and lets no new step start until it is known what became of the failure.

import { setImmediate } from "node:timers/promises";
import { type Duration, PauseError, RetryableError, TerminalError } from "@restatedev/restate-sdk";

/** Returns when all microtasks have run, those too that they began. */
export async function microtasksDone(): Promise<void> {
  await setImmediate();
}

/** The gate of one attempt. */
export class StepGate {
  readonly #running = new Set<GatedStep>();
  readonly #failing = new Set<GatedStep>();
  #changed = Promise.withResolvers<void>();

  /** @param cancelled aborted when the step's caller goes on without it: what its action throws then is never retried */
  step(cancelled: AbortSignal): GatedStep {
    return new GatedStep(this, cancelled);
  }

  /** Returns when no failure is under way. */
  async opened(): Promise<void> {
    while (this.#failing.size > 0) await this.#changed.promise;
  }

  enter(step: GatedStep): void {
    this.#running.add(step);
  }

  leave(step: GatedStep): void {
    this.#running.delete(step);
    this.#change();
  }

  /** Lets no step start until `settled`, and returns when no other step is running. */
  async fail(step: GatedStep): Promise<void> {
    this.#failing.add(step);
    this.leave(step);
    while (this.#running.size > 0) await this.#changed.promise;
    // The last sibling's result is proposed to Restate a few microtasks after its action returned.
    await microtasksDone();
  }

  /** The failure ended neither the attempt nor, as this is called, the step's caller: steps may start again. */
  settled(step: GatedStep): void {
    if (this.#failing.delete(step)) this.#change();
  }

  #change(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}

/** One step's way through the gate. */
export class GatedStep {
  readonly #gate: StepGate;
  readonly #cancelled: AbortSignal;

  constructor(gate: StepGate, cancelled: AbortSignal) {
    this.#gate = gate;
    this.#cancelled = cancelled;
  }

  /** Runs the step's action; see the header for what happens when it throws something that Restate retries. */
  async run<T>(action: () => Promise<T> | T): Promise<T> {
    await this.#gate.opened();
    if (this.#cancelled.aborted) throw cancelledStep();
    this.#gate.enter(this);
    // A cancelled action may go on for as long as it likes: nobody waits for it.
    const leave = () => this.#gate.leave(this);
    this.#cancelled.addEventListener("abort", leave, { once: true });
    try {
      return await action();
    } catch (error) {
      if (this.#cancelled.aborted) throw cancelledStep();
      if (!(error instanceof TerminalError)) await this.#gate.fail(this);
      throw error;
    } finally {
      this.#cancelled.removeEventListener("abort", leave);
      leave();
    }
  }

  /** To be called when the step's caller has its result, whatever it is. */
  settled(): void {
    this.#gate.settled(this);
  }
}

// Who undoes the step's work waits until it has ended, and need not know how.
function cancelledStep(): TerminalError {
  return new TerminalError("The step was cancelled.", { errorCode: 409 });
}

// Marks a journaled failure as one of a single attempt, and not of the step. Restate keeps metadata since 1.6.
export const RETRY_AFTER = "retry-after-ms";
export const DURATION = "duration-ms";
export const STARTED = "started-at-ms";
export const ERROR_TYPE = "error-type";

/**
 * Runs inside of a step: makes what the action throws a journaled failure of this attempt.
 *
 * @param signal aborted when the attempt is over anyway, so that what is thrown then says nothing of the action
 */
export async function journalingFailure<T>(action: () => Promise<T> | T, signal: AbortSignal): Promise<T> {
  const started = Date.now();
  try {
    return await action();
  } catch (error) {
    if (signal.aborted || error instanceof TerminalError || error instanceof PauseError) throw error;
    const retryAfter = error instanceof RetryableError ? error.retryAfter : undefined;
    throw new TerminalError(error instanceof Error ? error.message : String(error), {
      metadata: {
        [RETRY_AFTER]: retryAfter === undefined ? "" : String(toMillis(retryAfter)),
        [DURATION]: String(Date.now() - started),
        [STARTED]: String(started),
        [ERROR_TYPE]: errorTypeOf(error),
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
