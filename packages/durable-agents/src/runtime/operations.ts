// Makes one invocation's operations on Restate's context, each checked and waited for by the scheduler, and guards the context
// against all other use of it.

import { AsyncLocalStorage } from "node:async_hooks";
import {
  isRestatePromise,
  type ObjectContext,
  type RestatePromise,
  TerminalError,
} from "@restatedev/restate-sdk";
import { type Journaled, nextJournaled } from "./journaled-names.ts";
import { AWAITED, COMMANDS, isUnresolved, reject, replaceAwaiting, replaceMethod } from "./restate-sdk.ts";
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
  /** Restate gives every kind of handler the same object: what the handler's own type lacks must not be used of it. */
  readonly context: ObjectContext;
  readonly #guard: ContextGuard;
  readonly #scheduler: Scheduler;
  #runs = 0;

  /** Guards the context from now on. */
  constructor(context: ObjectContext) {
    this.context = context;
    this.#guard = new ContextGuard(context, this);
    this.#scheduler = new Scheduler(this.#guard);
  }

  /** Whether an agent's run is in progress. */
  get isRunning(): boolean {
    return this.#runs > 0;
  }

  /** Whether a run is in progress, or an operation is pending. */
  get isBusy(): boolean {
    return this.isRunning || this.#scheduler.isPending;
  }

  /** The last cancellation that the invocation's code has seen. */
  get cancellation(): TerminalError | undefined {
    return this.#scheduler.cancellation;
  }

  /** What the next operation was journaled as, if this attempt replays it: a step's name, or null for another operation. */
  get nextJournaled(): Journaled | undefined {
    return nextJournaled(this.context);
  }

  /** Throws when code may not begin this operation here: what is not replayed, or of a body that is being undone. */
  assertReplayable(operation: string): void {
    this.#scheduler.assertReplayable(operation);
    currentScope()?.assertOpen(operation);
  }

  /** Calls Restate's context. */
  perform<T>(operation: string, call: (context: ObjectContext) => T): T {
    this.assertReplayable(operation);
    return this.#guard.use(() => call(this.context));
  }

  /** Starts an operation on Restate's context and waits for it. */
  track<T>(operation: string, start: (context: ObjectContext) => Promise<T>): Promise<T> {
    return this.waitFor(asRestatePromise<T>(this.perform(operation, start)));
  }

  /** @param onCancel called before the promise rejects because the invocation was cancelled */
  waitFor<T>(promise: RestatePromise<T>, onCancel?: () => void): Promise<T> {
    const outlastsCancellation = currentScope()?.outlastsCancellation ?? false;
    return this.#scheduler.track(promise, { ...(onCancel && { onCancel }), outlastsCancellation });
  }

  /** Calls `listener` when a promise of Restate's context is resolved while an operation is pending. @returns ends that */
  watch<T>(
    operation: string,
    start: (context: ObjectContext) => Promise<T>,
    listener: () => void,
  ): () => void {
    return this.#scheduler.watch(asRestatePromise(this.perform(operation, start)), listener);
  }

  /** Begins a run; {@link endRun} ends it. */
  beginRun(): void {
    this.#runs++;
  }

  endRun(): void {
    this.#runs--;
  }
}

// Restate types some promises (state, date, invocation ids) as native ones although they are its own.
export function asRestatePromise<T>(promise: Promise<T>): RestatePromise<T> {
  if (!isRestatePromise(promise)) throw new Error("Restate returned a promise that cannot be raced.");
  return promise as RestatePromise<T>;
}

// Restate's own context, which the handler holds too. Used beside the scheduler it would make Restate wait for two
// things at once, or for one in another order on a replay, and the invocation would be retried for ever: so what would
// do that is refused, and passes at any other time.

class ContextGuard {
  readonly #operations: Operations;
  readonly #awaited = new Set<object>();
  #inUse = false;

  /** Begins to guard the context. */
  constructor(context: ObjectContext, operations: Operations) {
    this.#operations = operations;
    for (const operation of AWAITED) {
      this.#guard(context, operation, () => operations.isBusy);
    }
    // Nobody waits for these: between operations they are in order also while others are pending.
    for (const operation of COMMANDS) {
      this.#guard(context, operation, () => {
        if (!operations.isRunning) operations.assertReplayable(operation);
        return operations.isRunning;
      });
    }
    // In the code between operations it is as replayable as the durable context's; inside of a step it is not.
    const { rand } = context;
    const get = () => {
      if (!this.#inUse) operations.assertReplayable("rand");
      return rand;
    };
    Object.defineProperty(context, "rand", { get, configurable: true });
    // All promises of a context are awaited by its executor, also those that were made before the guard.
    replaceAwaiting(context, (original) => (promise) => this.#awaiting(promise, original));
  }

  /** Calls the context, or awaits a promise of it, on the scheduler's behalf. */
  use<T>(call: () => T): T {
    const outer = this.#inUse;
    this.#inUse = true;
    try {
      return call();
    } finally {
      this.#inUse = outer;
    }
  }

  /** Why the scheduler cannot await anything now: somebody else awaits one of the context's promises. */
  awaitedElsewhere(): TerminalError | undefined {
    for (const promise of this.#awaited) {
      if (isUnresolved(promise)) return refusal("one of its promises is awaited");
    }
    return undefined;
  }

  #guard(context: ObjectContext, operation: string, isRefused: () => boolean): void {
    replaceMethod(context, operation, (original) => (...args) => {
      if (!this.#inUse && isRefused()) throw refusal(`ctx.${operation}`);
      return original(...args);
    });
  }

  #awaiting(promise: unknown, original: (promise: unknown) => unknown): unknown {
    if (this.#inUse || typeof promise !== "object" || promise === null) return original(promise);
    if (this.#operations.isBusy && reject(promise, refusal("one of its promises is awaited"))) {
      return Promise.resolve();
    }
    this.#awaited.add(promise);
    const progress = Promise.resolve(original(promise));
    return progress.finally(() => this.#awaited.delete(promise));
  }
}

function refusal(what: string): TerminalError {
  return new TerminalError(
    `Restate's own context was used (${what}) beside a durable run or operation, which would break the replay. ` +
      "Use the DurableContext that a tool is given, or DurableContext.from(ctx).",
  );
}
