// The durable steps of one invocation: which of them may run, what ends them, and how often they are tried.

import { type Context, type RunOptions, TerminalError } from "@restatedev/restate-sdk";
import { type InvocationObserver, observerOf, type StepObserver } from "./observer.ts";
import { currentScope, type Operations } from "./operations.ts";
import { handled } from "./scheduler.ts";
import {
  DURATION,
  ERROR_TYPE,
  journalingFailure,
  RETRY_AFTER,
  STARTED,
  StepGate,
  toMillis,
} from "./step-gate.step.ts";

/** What a durable step's action is given. */
export interface DurableStep {
  /** Aborts when the invocation is cancelled or its attempt ends: pass it to `fetch` and the like. */
  readonly signal: AbortSignal;
}

/** What a durable step does. */
export type StepAction<T> = (step: DurableStep) => Promise<T> | T;

export class DurableSteps {
  readonly #context: Context;
  readonly #operations: Operations;
  readonly #gate = new StepGate();
  readonly #observer: InvocationObserver | undefined;
  #signals: StepSignals | undefined;

  constructor(context: Context, operations: Operations) {
    this.#context = context;
    this.#operations = operations;
    this.#observer = observerOf(context.request());
  }

  /**
   * @param sleep waits durably before a retry, in milliseconds
   * @param onFailure called for each attempt that failed and is made again, of a step with a bound
   */
  run<T>(
    name: string,
    action: StepAction<T>,
    options: RunOptions<T>,
    sleep: (ms: number) => Promise<void>,
    onFailure?: (failed: FailedAttempt) => void,
  ): Promise<T> {
    const { maxRetryAttempts, serde } = options;
    if (maxRetryAttempts === undefined) return this.#attempt(name, action, options);
    const attempt: StepAction<T> = (step) => journalingFailure(() => action(step), step.signal);
    const bounds = { ...options, maxRetryAttempts };
    return handled(
      withBoundedRetries(
        bounds,
        () => this.#attempt(name, attempt, { ...(serde && { serde }) }),
        sleep,
        onFailure,
      ),
    );
  }

  #attempt<T>(name: string, action: StepAction<T>, options: RunOptions<T>): Promise<T> {
    this.#signals ??= new StepSignals(this.#context.request().attemptCompletedSignal);
    const signals = this.#signals;
    const cancelled = new AbortController();
    const ended = signals.open();
    const step = this.#gate.step(cancelled.signal);
    const observer = this.#observer?.step();
    const perform = () => action({ signal: ended.signal });
    const run = this.#operations.perform(name, () =>
      this.#context.run(
        name,
        () => step.run(observer ? () => observed(observer, perform) : perform),
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
      signals.close(ended);
      step.settled();
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
 * Runs a step until it succeeds, fails for good, or has used up its attempts or its time.
 *
 * @param step one attempt of it, wrapped in {@link journalingFailure}
 * @param sleep waits durably, in milliseconds
 * @param onFailure called for each attempt that failed
 * @throws TerminalError with the last attempt's message
 */
export async function withBoundedRetries<T>(
  bounds: RetryBounds,
  step: () => Promise<T>,
  sleep: (ms: number) => Promise<void>,
  onFailure?: (failed: FailedAttempt) => void,
): Promise<T> {
  const { initialRetryInterval = 50, retryIntervalFactor = 2, maxRetryInterval = 10_000 } = bounds;
  const { maxRetryAttempts, maxRetryDuration = Number.POSITIVE_INFINITY } = bounds;
  let spent = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof TerminalError) || error.metadata?.[DURATION] === undefined) throw error;
      const backoff = toMillis(initialRetryInterval) * retryIntervalFactor ** (attempt - 1);
      const wish = error.metadata[RETRY_AFTER];
      const wait = wish ? Number(wish) : Math.min(backoff, toMillis(maxRetryInterval));
      const durationMs = Number(error.metadata[DURATION]);
      const { [STARTED]: startedAt, [ERROR_TYPE]: errorType = "Error" } = error.metadata;
      onFailure?.({ attempt, startedAt: startedAt ? Number(startedAt) : undefined, durationMs, errorType });
      spent += durationMs + wait;
      if (attempt >= maxRetryAttempts || spent > toMillis(maxRetryDuration)) {
        throw new TerminalError(error.message, { errorCode: error.code });
      }
      await sleep(wait);
    }
  }
}

// One listener on the attempt serves all of its steps: an AbortSignal.any for each of them would cost more than everything else
// that this library does there.

/** The signals that end the work of one attempt's steps, whose result nobody takes any more. */
class StepSignals {
  readonly #attempt: AbortSignal;
  readonly #open = new Set<AbortController>();

  /** @param attempt aborts when the attempt has ended, and every step's signal with it */
  constructor(attempt: AbortSignal) {
    this.#attempt = attempt;
    const endAll = () => {
      for (const step of this.#open) step.abort(attempt.reason);
    };
    attempt.addEventListener("abort", endAll, { once: true });
  }

  open(): AbortController {
    const step = new AbortController();
    if (this.#attempt.aborted) step.abort(this.#attempt.reason);
    this.#open.add(step);
    return step;
  }

  /** To be called when the step's caller has its result. */
  close(step: AbortController): void {
    this.#open.delete(step);
  }
}
