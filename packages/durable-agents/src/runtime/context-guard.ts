// Restate's own context, which the handler holds too. Used beside the scheduler it would make Restate wait for two
// things at once, or for one in another order on a replay, and the invocation would be retried for ever: so what would
// do that is refused, and passes at any other time.

import { type Context, TerminalError } from "@restatedev/restate-sdk";

/** What Restate's context must not interfere with. */
export interface Scheduled {
  /** Whether a run is in progress. */
  isRunning(): boolean;
  /** Whether an operation is pending. */
  isPending(): boolean;
  /** Throws when code runs that is not replayed, or not in this order. */
  assertReplayable(operation: string): void;
}

// Restate's clients, and those of its promises that are objects with methods of their own, call these too; the last ones
// of each list are what those that are left come down to, inside of Restate's SDK.
const AWAITED = [
  ...["run", "sleep", "awakeable", "signal", "promise", "get", "stateKeys", "genericCall", "attach"],
  "processCompletableEntry",
];
const COMMANDS = [
  ...["set", "clear", "clearAll", "genericSend", "resolveAwakeable", "rejectAwakeable", "cancel"],
  "processNonCompletableEntry",
];

type Method = (...args: unknown[]) => unknown;

export class ContextGuard {
  readonly #awaited = new Set<object>();
  #inUse = false;

  /** Begins to guard the context. */
  constructor(context: Context, scheduled: Scheduled) {
    const guard = (operation: string, refuse: () => boolean) =>
      replaceMethod(context, operation, (original) => (...args) => {
        if (!this.#inUse && refuse()) throw refusal(`ctx.${operation}`);
        return original(...args);
      });
    const isBusy = () => scheduled.isRunning() || scheduled.isPending();
    for (const operation of AWAITED) guard(operation, isBusy);
    // Nobody waits for these: between operations they are in order also while others are pending.
    for (const operation of COMMANDS) {
      guard(operation, () => {
        if (!scheduled.isRunning()) scheduled.assertReplayable(operation);
        return scheduled.isRunning();
      });
    }
    this.#guardRand(context, scheduled);
    this.#guardAwaiting(context, isBusy);
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

  // In the code between operations it is as replayable as the durable context's; inside of a step it is not.
  #guardRand(context: Context, scheduled: Scheduled): void {
    const { rand } = context;
    const get = () => {
      if (!this.#inUse) scheduled.assertReplayable("rand");
      return rand;
    };
    Object.defineProperty(context, "rand", { get, configurable: true });
  }

  // All promises of a context are awaited by its executor, also those that were made before the guard.
  #guardAwaiting(context: Context, isBusy: () => boolean): void {
    const executor: unknown = Reflect.get(context, "promisesExecutor");
    if (typeof executor !== "object" || executor === null) return;
    replaceMethod(executor, "doProgress", (original) => (promise) => {
      if (this.#inUse || typeof promise !== "object" || promise === null) return original(promise);
      if (isBusy() && reject(promise, refusal("one of its promises is awaited"))) {
        return Promise.resolve();
      }
      this.#awaited.add(promise);
      const progress = Promise.resolve(original(promise));
      return progress.finally(() => this.#awaited.delete(promise));
    });
  }
}

function refusal(what: string): TerminalError {
  return new TerminalError(
    `Restate's own context was used (${what}) beside a durable run or operation, which would break the replay. ` +
      "Use the DurableContext that a tool is given, or DurableContext.from(ctx).",
  );
}

function replaceMethod(target: object, name: string, make: (original: Method) => Method): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== "function") return;
  const value = make((...args) => Reflect.apply(original, target, args));
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

// What follows is Restate's SDK's own, and missing in a version that has it no more: then nothing is refused.

function isUnresolved(promise: object): boolean {
  const future: unknown = Reflect.get(promise, "unresolvedFuture");
  return typeof future === "function" && Reflect.apply(future, promise, []) !== null;
}

function reject(promise: object, error: TerminalError): boolean {
  const cancel: unknown = Reflect.get(promise, "cancelPromise");
  const rejectCancel: unknown = typeof cancel === "object" && cancel && Reflect.get(cancel, "reject");
  if (typeof rejectCancel !== "function") return false;
  rejectCancel(error);
  return true;
}
