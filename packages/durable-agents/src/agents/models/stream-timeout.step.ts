// A time limit for streamed replies. OpenAI's client limits only the time until a reply begins; one that stops in its
// middle would be waited for until Restate gives the attempt up.

import type { Model, ModelProvider, ModelRequest, StreamEvent } from "@openai/agents-core";

/** The same models, whose streamed replies fail when they take longer, in milliseconds. */
export function withStreamTimeout(provider: ModelProvider, timeoutMs: number): ModelProvider {
  return { getModel: async (name) => limited(await provider.getModel(name), timeoutMs) };
}

function limited(model: Model, timeoutMs: number): Model {
  const streamed = (request: ModelRequest) => streamWithin(model, request, timeoutMs);
  return new Proxy(model, {
    get(target, key) {
      if (key === "getStreamedResponse") return streamed;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
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
