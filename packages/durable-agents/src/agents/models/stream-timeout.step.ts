// A time limit for streamed replies. OpenAI's client limits only the time until a reply begins; one that stops in its
// middle would be waited for until Restate gives the attempt up.

import type { Model, ModelProvider, ModelRequest, StreamEvent } from "@openai/agents-core";

const limits = new WeakMap<ModelProvider, number>();

/** Lets the streamed replies of a provider's models fail when they take longer, in milliseconds. */
export function limitStreams(provider: ModelProvider, timeoutMs: number): void {
  limits.set(provider, timeoutMs);
}

/** Streams the reply of a provider's model, within the provider's limit. */
export function limitedStream(
  provider: ModelProvider,
  model: Model,
  request: ModelRequest,
): AsyncIterable<StreamEvent> {
  const timeoutMs = limits.get(provider);
  return timeoutMs === undefined
    ? model.getStreamedResponse(request)
    : streamWithin(model, request, timeoutMs);
}

async function* streamWithin(
  model: Model,
  request: ModelRequest,
  timeoutMs: number,
): AsyncGenerator<StreamEvent> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new Error(`the reply took longer than ${timeoutMs} ms`)),
    timeoutMs,
  );
  const signal = request.signal ? AbortSignal.any([request.signal, limit.signal]) : limit.signal;
  try {
    yield* model.getStreamedResponse({ ...request, signal });
    // The client ends an aborted stream as if all had come, or says only that it was aborted.
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
