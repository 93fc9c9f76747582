// Calls a model. It runs inside of a durable step: once per journaled reply.

import type { ModelProvider, ModelRequest, ModelResponse } from "@openai/agents-core";
import { RetryableError, TerminalError } from "@restatedev/restate-sdk";
import type { ModelAttempt } from "../plugin.ts";
import { classifyModelError, modelErrorType } from "./model-errors.step.ts";
import { type JournaledReply, toWire } from "./model-response.ts";
import { streamModel } from "./stream-model.step.ts";

/** One attempt of a model call, with those who listen to it. */
export class ModelCallAttempt implements ModelAttempt {
  readonly signal: AbortSignal;
  readonly textListeners: ((delta: string) => void)[] = [];
  readonly replyListeners: ((response: ModelResponse) => void)[] = [];

  /** @param signal aborts the HTTP request that is in flight */
  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  onText(listener: (delta: string) => void): void {
    this.textListeners.push(listener);
  }

  onReply(listener: (response: ModelResponse) => void): void {
    this.replyListeners.push(listener);
  }
}

/**
 * Calls the model and returns the part of its reply that the journal stores.
 *
 * @throws TerminalError for what no retry can mend
 * @throws RetryableError when the API says when to come back; Error for all else that another attempt may mend
 */
export async function callModel(
  provider: ModelProvider,
  name: string | undefined,
  request: ModelRequest,
  { signal, textListeners, replyListeners }: ModelCallAttempt,
): Promise<JournaledReply> {
  const asked = { ...request, signal };
  const onText = (delta: string) => {
    for (const listener of textListeners) listener(delta);
  };
  const model = await provider.getModel(name);
  try {
    const response = await (textListeners.length > 0
      ? streamModel(provider, model, asked, onText)
      : model.getResponse(asked));
    if (!Array.isArray(response.output) || response.output.length === 0) {
      throw new Error("the reply has no choices");
    }
    for (const listener of replyListeners) listener(response);
    return toWire(response);
  } catch (error) {
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
