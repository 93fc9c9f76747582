// The one place that talks to a model. It runs inside a durable step: once per journaled reply.

import type { Model, ModelRequest, ModelResponse } from "@openai/agents-core";
import { RetryableError, TerminalError } from "@restatedev/restate-sdk";
import { classifyModelError, modelErrorType } from "../errors.ts";
import { toWire, type WireModelResponse } from "./model-response.ts";
import { type ModelListener, streamModel } from "./stream-model.step.ts";

/**
 * Calls the model and returns the part of its reply that the journal stores.
 *
 * @param signal aborts the HTTP request that is in flight
 * @param listener hears the reply while it comes
 * @param onReply is given the API's own reply, with what the journal leaves out
 * @throws TerminalError for what no retry can mend
 * @throws RetryableError when the API says when to come back; Error for all else that another attempt may mend
 */
export async function callModel(
  model: Model,
  request: ModelRequest,
  signal: AbortSignal,
  listener?: ModelListener,
  onReply?: (response: ModelResponse) => void,
): Promise<WireModelResponse> {
  try {
    const response = await (listener
      ? streamModel(model, { ...request, signal }, listener.text)
      : model.getResponse({ ...request, signal }));
    if (!Array.isArray(response.output) || response.output.length === 0) {
      throw new Error("the reply has no choices");
    }
    onReply?.(response);
    return toWire(response);
  } catch (error) {
    listener?.failed();
    throw toStepError(error);
  }
}

function toStepError(error: unknown): Error {
  const found = classifyModelError(error);
  const type = modelErrorType(error);
  if (found.kind === "terminal") {
    return Object.assign(new TerminalError(found.message, { errorCode: found.code }), { type });
  }
  // Without a cause: the original carries the request, which holds personal data, into Restate's logs.
  const retryable =
    found.retryAfterMs === undefined
      ? new Error(found.message)
      : new RetryableError(found.message, { retryAfter: found.retryAfterMs });
  return Object.assign(retryable, { type });
}
