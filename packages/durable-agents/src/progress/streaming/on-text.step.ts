// Streams a model call for those who listen to its text.

import type { ModelAttempt } from "../../agents/plugin.ts";

const listenersOf = new WeakMap<ModelAttempt, ((delta: string) => void)[]>();

/**
 * Streams the reply of a model call, and calls the listener with each part of its text. The journal is the same as without. For
 * plug-ins, in the part of a call that `inStep` adds.
 */
export function onText(attempt: ModelAttempt, listener: (delta: string) => void): void {
  const known = listenersOf.get(attempt);
  if (known) {
    known.push(listener);
    return;
  }
  const listeners = [listener];
  listenersOf.set(attempt, listeners);
  attempt.ask = async (model, request) => {
    // Not before it is needed: readers of progress load nothing of the Agents SDK.
    const { streamModel } = await import("./stream-model.step.ts");
    return streamModel(model, request, (delta) => {
      for (const listen of listeners) listen(delta);
    });
  };
}
