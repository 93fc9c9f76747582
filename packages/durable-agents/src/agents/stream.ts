// The Agents SDK's streamed result, whose errors are those of a durable run: raw ones would be retried by Restate for
// ever, and quote what the model or a guardrail said.

import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import type { StreamedRunResult } from "@openai/agents-core";
import { handled } from "../runtime/scheduler.ts";
import type { AnyAgent } from "./agents-sdk.ts";
import type { DurableRun, Outcome } from "./run.ts";

/** The same result, which ends as the run must end, however it is read. The run has ended before `completed` settles. */
export function durableStream<C, A extends AnyAgent>(
  result: StreamedRunResult<C, A>,
  { outcome, ended }: DurableRun,
): StreamedRunResult<C, A> {
  const throwIfEnded = () => {
    outcome.noteInterruptions(result.interruptions);
    outcome.throwIfEnded();
  };
  // Whoever reads the events learns of the error there.
  const completed = handled(
    result.completed.then(throwIfEnded).then(
      () => ended({ status: "completed" }),
      async (thrown: unknown) => {
        const error = outcome.errorFor(thrown);
        await ended({ status: "failed", error });
        throw error;
      },
    ),
  );
  const events = () => endingAsTheRun(result, outcome, completed);
  const text = () => ReadableStream.from(endingAsTheRun(result.toTextStream(), outcome, completed));
  const replaced: Partial<Record<PropertyKey, () => unknown>> = {
    completed: () => completed,
    error: () => (result.error === null ? null : outcome.errorFor(result.error)),
    toStream: () => () => ReadableStream.from(events()),
    toTextStream: () => (options?: { compatibleWithNodeStreams?: boolean }) =>
      options?.compatibleWithNodeStreams ? Readable.fromWeb(text()) : text(),
    [Symbol.asyncIterator]: () => events,
  };
  return new Proxy(result, {
    get(target, key) {
      const own = replaced[key];
      if (own) return own();
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function* endingAsTheRun<T>(
  events: AsyncIterable<T>,
  outcome: Outcome,
  completed: Promise<void>,
): AsyncGenerator<T> {
  try {
    yield* events;
  } catch (error) {
    throw outcome.errorFor(error);
  }
  await completed;
}
