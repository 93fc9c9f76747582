// The durable steps of one invocation: which of them may run, what ends them, and how often they are tried.

import { type Context, type RunOptions, TerminalError } from "@restatedev/restate-sdk";
import { type InvocationObserver, observerOf, type StepObserver } from "./observer.ts";
import { currentScope, type Operations } from "./operations.ts";
import { handled } from "./scheduler.ts";
import {
  FAILED_ATTEMPT,
  journalingFailure,
  NEVER,
  type RetryIn,
  StepGate,
  toMillis,
} from "./step-gate.step.ts";

/** What a durable step's action is given. */
export interface DurableStep {
  /** Aborts when the invocation is cancelled or its attempt ends: pass it to `fetch` and the like. */
  readonly signal: AbortSignal;
}

type StepAction<T> = (step: DurableStep) => Promise<T> | T;

/** Restate's options of a run, and who hears of its failures. */
export interface StepOptions<T> extends RunOptions<T> {
  /** Called for each attempt that failed, of a step with `maxRetryAttempts`. It is replayed code. */
  readonly onFailedAttempt?: (failed: FailedAttempt) => void;
}

export class DurableSteps {
  readonly #operations: Operations;
  readonly #gate = new StepGate();
  readonly #observer: InvocationObserver | undefined;
  readonly #attemptEnded: AbortSignal;
  /** End the work of steps whose result nobody takes any more. */
  readonly #unsettled = new Set<AbortController>();

  constructor(context: Context, operations: Operations) {
    const request = context.request();
    this.#operations = operations;
    this.#observer = observerOf(request);
    this.#attemptEnded = request.attemptCompletedSignal;
    // One listener serves all steps: an AbortSignal.any for each of them would cost more than everything else that this
    // library does there.
    const endAll = () => {
      for (const step of this.#unsettled) step.abort(this.#attemptEnded.reason);
    };
    this.#attemptEnded.addEventListener("abort", endAll, { once: true });
  }

  run<T>(name: string, action: StepAction<T>, options: StepOptions<T>): Promise<T> {
    const { maxRetryAttempts, serde, onFailedAttempt } = options;
    if (maxRetryAttempts === undefined) return this.#attempt(name, action, options);
    const attempt = (retryIn: RetryIn) =>
      this.#attempt(name, (step) => journalingFailure(() => action(step), step.signal, retryIn), {
        ...(serde && { serde }),
      });
    return handled(
      withBoundedRetries(
        { ...options, maxRetryAttempts },
        attempt,
        (ms) => this.#operations.track("sleep", (context) => context.sleep(ms, `${name}: retry`)),
        onFailedAttempt,
      ),
    );
  }

  #attempt<T>(name: string, action: StepAction<T>, options: RunOptions<T>): Promise<T> {
    const cancelled = new AbortController();
    const ended = new AbortController();
    if (this.#attemptEnded.aborted) ended.abort(this.#attemptEnded.reason);
    this.#unsettled.add(ended);
    const observer = this.#observer?.step();
    const perform = () => action({ signal: ended.signal });
    const run = this.#operations.perform(name, (context) =>
      context.run(
        name,
        () => this.#gate.run(cancelled.signal, observer ? () => observed(observer, perform) : perform),
        options,
      ),
    );
    const result = this.#operations.waitFor(run, () => {
      observer?.givenUp();
      cancelled.abort();
      ended.abort();
    });
    currentScope()?.began({ end: () => this.#operations.waitFor(run) }, result);
    const settled = () => {
      this.#unsettled.delete(ended);
      this.#gate.settled(cancelled.signal);
    };
    result.then(settled, settled);
    return result;
  }
}

async function observed<T>(observer: StepObserver, action: () => Promise<T> | T): Promise<T> {
  try {
    const result = await action();
    observer.journaled();
    return result;
  } catch (error) {
    if (error instanceof TerminalError) observer.journaled();
    throw error;
  }
}

// A step with a bound counts its own attempts. Restate counts how often the invocation was retried since its journal last grew,
// whichever step failed: beside others, a step would get fewer attempts than it asks for, or more, and each retry, with
// the wait before it, would hold all others up. So such a step journals each failed attempt, waits durably
// while the others go on, and runs again.

/** Restate's retry options with a number of attempts. Its defaults hold for what is left out. */
export type RetryBounds = Omit<RunOptions<unknown>, "serde"> & { readonly maxRetryAttempts: number };

/** An attempt that failed, as the journal has it. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Milliseconds since 1970; undefined in journals of versions that did not store it. */
  readonly startedAt: number | undefined;
  readonly durationMs: number;
  /** The class of what went wrong: an HTTP status, or an error's name. */
  readonly errorType: string;
}

/**
 * Runs a step until it succeeds, fails for good, or has used up its attempts or its time. Whether an attempt is the last one is
 * journaled with its failure: the bounds may be others when it is replayed.
 *
 * @param step one attempt of it, wrapped in {@link journalingFailure}
 * @param sleep waits durably, in milliseconds
 * @throws TerminalError with the last attempt's message
 */
export async function withBoundedRetries<T>(
  bounds: RetryBounds,
  step: (retryIn: RetryIn) => Promise<T>,
  sleep: (ms: number) => Promise<void>,
  onFailedAttempt?: (failed: FailedAttempt) => void,
): Promise<T> {
  const { initialRetryInterval = 50, retryIntervalFactor = 2, maxRetryInterval = 10_000 } = bounds;
  const { maxRetryAttempts, maxRetryDuration = Number.POSITIVE_INFINITY } = bounds;
  let spent = 0;
  for (let attempt = 1; ; attempt++) {
    const retryIn: RetryIn = (durationMs, wish) => {
      const backoff = toMillis(initialRetryInterval) * retryIntervalFactor ** (attempt - 1);
      const wait = wish ?? Math.min(backoff, toMillis(maxRetryInterval));
      const isLast = attempt >= maxRetryAttempts || spent + durationMs + wait > toMillis(maxRetryDuration);
      return isLast ? undefined : wait;
    };
    try {
      return await step(retryIn);
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      const { code, message, metadata } = error;
      if (metadata?.[FAILED_ATTEMPT.duration] === undefined) throw error;
      const durationMs = Number(metadata[FAILED_ATTEMPT.duration]);
      const startedAt = metadata[FAILED_ATTEMPT.startedAt];
      onFailedAttempt?.({
        attempt,
        startedAt: startedAt ? Number(startedAt) : undefined,
        durationMs,
        errorType: metadata[FAILED_ATTEMPT.errorType] ?? "Error",
      });
      const { [FAILED_ATTEMPT.retryIn]: journaled, [FAILED_ATTEMPT.retryAfter]: wish } = metadata;
      // Journals of versions that did not store it are bound by today's bounds.
      const wait = journaled ? Number(journaled) : retryIn(durationMs, wish ? Number(wish) : undefined);
      if (wait === undefined || journaled === NEVER) throw new TerminalError(message, { errorCode: code });
      spent += durationMs + wait;
      await sleep(wait);
    }
  }
}
