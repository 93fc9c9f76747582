// The way of one invocation's operations to Restate's context and back: each is checked, made, and waited for by the
// scheduler.

import {
  type Context,
  type InvocationId,
  isRestatePromise,
  type RestatePromise,
  type TerminalError,
} from "@restatedev/restate-sdk";
import { RawContext } from "./context-guard.ts";
import { currentEffectScope } from "./effect-scope.ts";
import { Scheduler } from "./scheduler.ts";

export class Operations {
  readonly #context: Context;
  readonly #raw: RawContext;
  readonly #scheduler: Scheduler;
  #runs = 0;

  /** Guards the context from now on. */
  constructor(context: Context) {
    this.#context = context;
    this.#raw = new RawContext(context, {
      isRunning: () => this.#runs > 0,
      isPending: () => this.#scheduler.isPending,
      assertReplayable: (operation) => this.assertReplayable(operation),
    });
    this.#scheduler = new Scheduler(this.#raw);
  }

  /** The last cancellation that the invocation's code has seen. */
  get cancellation(): TerminalError | undefined {
    return this.#scheduler.cancellation;
  }

  /** Throws when code may not begin this operation here: what is not replayed, or of a body that is being undone. */
  assertReplayable(operation: string): void {
    this.#scheduler.assertReplayable(operation);
    currentEffectScope()?.assertOpen(operation);
  }

  /** Calls Restate's context. */
  perform<T>(operation: string, call: () => T): T {
    this.assertReplayable(operation);
    return this.#raw.use(call);
  }

  /** Starts an operation on Restate's context and waits for it. */
  track<T>(operation: string, start: () => Promise<T>): Promise<T> {
    return this.waitFor(asRestatePromise<T>(this.perform(operation, start)));
  }

  /** @param onCancel called before the promise rejects because the invocation was cancelled */
  waitFor<T>(promise: RestatePromise<T>, onCancel?: () => void): Promise<T> {
    const outlastsCancellation = currentEffectScope()?.outlastsCancellation ?? false;
    return this.#scheduler.track(promise, { ...(onCancel && { onCancel }), outlastsCancellation });
  }

  /**
   * Calls `listener` when a signal of this name arrives while the handler waits for an operation.
   *
   * @returns ends that
   */
  onSignal(name: string, listener: () => void): () => void {
    const signal = this.perform("signal", () => this.#context.signal(name));
    return this.#scheduler.watch(asRestatePromise(signal), listener);
  }

  /** Sends a signal to another invocation. */
  sendSignal(to: InvocationId, name: string): void {
    this.perform("signal", () => this.#context.invocation(to).signal(name).resolve());
  }

  /** Tells that a run begins. @returns tells that it has ended */
  beginRun(): () => void {
    this.#runs++;
    let hasEnded = false;
    return () => {
      if (!hasEnded) this.#runs--;
      hasEnded = true;
    };
  }
}

// Restate types some promises (state, date, invocation ids) as native ones although they are its own.
export function asRestatePromise<T>(promise: Promise<T>): RestatePromise<T> {
  if (!isRestatePromise(promise)) throw new Error("Restate returned a promise that cannot be raced.");
  return promise as RestatePromise<T>;
}
