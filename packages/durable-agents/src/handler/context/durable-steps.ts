// The durable steps of one invocation: which of them may run, what ends them, and how often they are tried.

import type { Context, RunOptions } from "@restatedev/restate-sdk";
import { StepGate } from "../../journaled/step-gate.ts";
import { StepSignals } from "../../journaled/step-signals.ts";
import { journalingFailure, withBoundedRetries } from "./bounded-retries.ts";
import { currentEffectScope } from "./effect-scope.ts";
import type { Operations } from "./operations.ts";
import { handled } from "./scheduler.ts";

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
  #signals: StepSignals | undefined;

  constructor(context: Context, operations: Operations) {
    this.#context = context;
    this.#operations = operations;
  }

  /** @param sleep waits durably before a retry, in milliseconds */
  run<T>(
    name: string,
    action: StepAction<T>,
    options: RunOptions<T>,
    sleep: (ms: number) => Promise<void>,
  ): Promise<T> {
    const { maxRetryAttempts, serde } = options;
    if (maxRetryAttempts === undefined) return this.#attempt(name, action, options);
    const attempt: StepAction<T> = (step) => journalingFailure(() => action(step), step.signal);
    const bounds = { ...options, maxRetryAttempts };
    return handled(
      withBoundedRetries(bounds, () => this.#attempt(name, attempt, { ...(serde && { serde }) }), sleep),
    );
  }

  #attempt<T>(name: string, action: StepAction<T>, options: RunOptions<T>): Promise<T> {
    this.#signals ??= new StepSignals(this.#context.request().attemptCompletedSignal);
    const signals = this.#signals;
    const cancelled = new AbortController();
    const ended = signals.open();
    const step = this.#gate.step(cancelled.signal);
    const run = this.#operations.perform(name, () =>
      this.#context.run(name, () => step.run(() => action({ signal: ended.signal })), options),
    );
    const result = this.#operations.waitFor(run, () => {
      cancelled.abort();
      ended.abort();
    });
    currentEffectScope()?.began({ end: () => this.#operations.waitFor(run) }, result);
    const settled = () => {
      signals.close(ended);
      step.settled();
    };
    result.then(settled, settled);
    return result;
  }
}
