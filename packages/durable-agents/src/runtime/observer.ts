// The seam for observers of invocations, such as telemetry. Without one nothing is observed, and nothing of it runs.

import type { Request } from "@restatedev/restate-sdk";

/** Observes one durable step. */
export interface StepObserver {
  /** Called inside of the step, once its result is one that is journaled. */
  readonly journaled: () => void;
  /** Called when the step's caller was cancelled, so that it is not known whether the step has run. */
  readonly givenUp: () => void;
}

/** Work of a feature that is no step by itself. Times are journaled ones, in milliseconds since 1970. */
export type ObservedWork =
  | { readonly kind: "compensation"; readonly name: string }
  | { readonly kind: "approval"; readonly tool: string; readonly answer: string; readonly start: number };

/** Observes one attempt of an invocation. Its methods are called by replayed code: in the same order each time. */
export interface InvocationObserver {
  readonly step: () => StepObserver;
  /** @returns ends the work, at a journaled time if there is one */
  readonly work: (work: ObservedWork) => (end: { readonly at?: number; readonly errorType?: string }) => void;
}

const observers = new WeakMap<Request, InvocationObserver>();

/** Observes the invocation of a request. To be called before its handler runs. */
export function observe(request: Request, observer: InvocationObserver): void {
  observers.set(request, observer);
}

/** The observer of an invocation, if there is one. */
export function observerOf(request: Request): InvocationObserver | undefined {
  return observers.get(request);
}
