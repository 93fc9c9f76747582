// Carries the invocation of the running code, so that each line of the log can name it, and whether that code only repeats
// what an attempt before it has logged already.

import { AsyncLocalStorage } from "node:async_hooks";
import type { HooksProvider } from "@restatedev/restate-sdk";

interface LogContext {
  readonly fields: InvocationFields;
  readonly isReplayed: () => boolean;
}

export interface InvocationFields {
  readonly invocationId: string;
  /** The Restate service. */
  readonly agent: string;
  /** With the key and the handler. */
  readonly target: string;
}

// How the SDK lets its own telemetry package see whether an attempt still replays.
const IS_PROCESSING = Symbol.for("@restatedev/restate-sdk/hooks.isProcessing");

const current = new AsyncLocalStorage<LogContext>();

/** Restate's hook that puts a handler, and each of its steps, into its context. */
export const logContext: HooksProvider = (hook) => {
  const { id, target } = hook.request;
  const ask: unknown = Reflect.get(hook, IS_PROCESSING);
  const fields = { invocationId: id, agent: target.service, target: String(target) };
  const isReplayed = () => typeof ask === "function" && ask() === false;
  return {
    interceptor: {
      handler: (next) => current.run({ fields, isReplayed }, next),
      // A step that runs has not been run before, whatever else is replayed beside it.
      run: (_name, next) => current.run({ fields, isReplayed: () => false }, next),
    },
  };
};

/** Fields of the invocation at work; none outside of one. */
export function invocationFields(): Partial<InvocationFields> {
  return current.getStore()?.fields ?? {};
}

/** Whether the running code is replayed: what it logs now has been logged. */
export function isReplayed(): boolean {
  return current.getStore()?.isReplayed() ?? false;
}

/** Runs something outside of any invocation. */
export function outsideOfInvocations(run: () => void): void {
  current.exit(run);
}
