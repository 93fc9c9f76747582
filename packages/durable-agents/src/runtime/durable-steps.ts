// The durable steps of one invocation: which of them may run, what ends them, and how often they are tried.

import { type Context, type RunOptions, TerminalError } from "@restatedev/restate-sdk";
import { type InvocationObserver, observerOf, type StepObserver } from "./observer.ts";
import { currentScope, type Operations } from "./operations.ts";
import { type FailedAttempt, journalingFailure, withBoundedRetries } from "./retries.ts";
import { handled } from "./scheduler.ts";
import { StepGate } from "./step-gate.ts";
import { StepSignals } from "./step-signals.ts";

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
