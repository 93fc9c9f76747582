// The way of one invocation's operations to Restate's context and back: each is checked, made, and waited for by the
// scheduler.

import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  type InvocationId,
  isRestatePromise,
  type RestatePromise,
  type TerminalError,
} from "@restatedev/restate-sdk";
import { ContextGuard } from "./context-guard.ts";
import { nextJournaledName } from "./journaled-names.ts";
import { Scheduler } from "./scheduler.ts";

/** A step or a call that has begun. */
export interface Underway {
  /** Waits until it has ended, however; also when its caller was cancelled. */
  readonly end: () => Promise<unknown>;
  /** Asks it to end. */
  readonly cancel?: () => Promise<void>;
}

/** The operations of one body, which somebody else watches over. */
export interface OperationScope {
  /** Whether its operations outlast a cancellation of the invocation. */
  readonly outlastsCancellation: boolean;
  /** @throws TerminalError when no operation may begin in it any more */
  readonly assertOpen: (operation: string) => void;
  /** Takes note of a step or a call, whose caller gets `result`. */
  readonly began: (underway: Underway, result: Promise<unknown>) => void;
}

const scopes = new AsyncLocalStorage<OperationScope>();

/** The scope that this code belongs to, if any. */
export function currentScope(): OperationScope | undefined {
  return scopes.getStore();
}

/** Runs a body whose operations belong to the scope. */
export function withScope<T>(scope: OperationScope, body: () => T): T {
  return scopes.run(scope, body);
}

export class Operations {
  readonly #context: Context;
  readonly #guard: ContextGuard;
  readonly #scheduler: Scheduler;
  #runs = 0;

  /** Guards the context from now on. */
  constructor(context: Context) {
    this.#context = context;
    this.#guard = new ContextGuard(context, {
      isRunning: () => this.#runs > 0,
      isPending: () => this.#scheduler.isPending,
      assertReplayable: (operation) => this.assertReplayable(operation),
    });
    this.#scheduler = new Scheduler(this.#guard);
  }

  /** The last cancellation that the invocation's code has seen. */
  get cancellation(): TerminalError | undefined {
    return this.#scheduler.cancellation;
  }

  /** The name under which the next operation was journaled, if it is a step that this attempt replays. */
  get nextJournaledName(): string | undefined {
    return nextJournaledName(this.#context);
  }

  /** Throws when code may not begin this operation here: what is not replayed, or of a body that is being undone. */
  assertReplayable(operation: string): void {
    this.#scheduler.assertReplayable(operation);
    currentScope()?.assertOpen(operation);
  }

  /** Calls Restate's context. */
  perform<T>(operation: string, call: () => T): T {
    this.assertReplayable(operation);
    return this.#guard.use(call);
  }

  /** Starts an operation on Restate's context and waits for it. */
  track<T>(operation: string, start: () => Promise<T>): Promise<T> {
    return this.waitFor(asRestatePromise<T>(this.perform(operation, start)));
  }

  /** @param onCancel called before the promise rejects because the invocation was cancelled */
  waitFor<T>(promise: RestatePromise<T>, onCancel?: () => void): Promise<T> {
    const outlastsCancellation = currentScope()?.outlastsCancellation ?? false;
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
