// The Agents SDK's streamed result, whose errors are those of a durable run: raw ones would be retried by Restate for
// ever, and quote what the model or a guardrail said.

import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import type { Agent, StreamedRunResult } from "@openai/agents-core";
import type { RunEnd } from "./outcome.ts";

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own type for an agent of any context and output
type AnyAgent = Agent<any, any>;

/** The same result, which ends as the run must end, however it is read. */
export function durableStream<C, A extends AnyAgent>(
  result: StreamedRunResult<C, A>,
  end: RunEnd,
): StreamedRunResult<C, A> {
  const ended = () => {
    end.noteInterruptions(result.interruptions);
    end.throwIfEnded();
  };
  const completed = result.completed.then(ended, (error: unknown) => Promise.reject(end.errorFor(error)));
  // Whoever reads the events learns of the error there.
  completed.catch(() => {});
  const events = () => endingAsTheRun(result, end, ended);
  const text = () => ReadableStream.from(endingAsTheRun(result.toTextStream(), end, ended));
  const replaced: Partial<Record<PropertyKey, () => unknown>> = {
    completed: () => completed,
    error: () => (result.error === null ? null : end.errorFor(result.error)),
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
  end: RunEnd,
  ended: () => void,
): AsyncGenerator<T> {
  try {
    yield* events;
  } catch (error) {
    throw end.errorFor(error);
  }
  ended();
}
