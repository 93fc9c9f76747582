// Everything of Restate's SDK that this library uses beyond its documented surface. e2e/sdk-contract.e2e.test.ts fails, with the
// remedy, on a version of the SDK that has changed it; there nothing is refused, and nothing is known of a replay.

import type { Context } from "@restatedev/restate-sdk";

type Method = (...args: unknown[]) => unknown;

/** Methods of a context whose result is awaited. What is not named comes down to the last one. */
export const AWAITED = [
  ...["run", "sleep", "awakeable", "signal", "promise", "get", "stateKeys", "genericCall", "attach"],
  "processCompletableEntry",
];

/** Methods of a context that nobody waits for. What is not named comes down to the last one. */
export const COMMANDS = [
  ...["set", "clear", "clearAll", "genericSend", "resolveAwakeable", "rejectAwakeable", "cancel"],
  "processNonCompletableEntry",
];

/** Lets `make` replace a method of an object, if it has it. @returns whether it has */
export function replaceMethod(target: object, name: string, make: (original: Method) => Method): boolean {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== "function") return false;
  const value = make(original.bind(target));
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return true;
}

/** Lets `make` replace how the promises of a context are awaited, those too that were made before. @returns whether it could */
export function replaceAwaiting(context: Context, make: (original: Method) => Method): boolean {
  const executor: unknown = Reflect.get(context, "promisesExecutor");
  return typeof executor === "object" && executor !== null && replaceMethod(executor, "doProgress", make);
}

/** Whether a promise of a context is pending. */
export function isUnresolved(promise: object): boolean {
  const future: unknown = Reflect.get(promise, "unresolvedFuture");
  return typeof future === "function" && Reflect.apply(future, promise, []) !== null;
}

/** Rejects a promise of a context. @returns whether it could */
export function reject(promise: object, error: Error): boolean {
  const cancel: unknown = Reflect.get(promise, "cancelPromise");
  const rejectCancel: unknown = typeof cancel === "object" && cancel && Reflect.get(cancel, "reject");
  if (typeof rejectCancel !== "function") return false;
  rejectCancel(error);
  return true;
}

const IS_PROCESSING = Symbol.for("@restatedev/restate-sdk/hooks.isProcessing");

/** Tells whether an attempt has come to the end of the journal that it replays, as the SDK's own telemetry package sees it. */
export function isProcessing(hook: object): (() => boolean) | undefined {
  const ask: unknown = Reflect.get(hook, IS_PROCESSING);
  return typeof ask === "function" ? () => ask() === true : undefined;
}
