// Classifies what a model call threw: to be retried, or terminal.

import { ModelBehaviorError, UserError } from "@openai/agents-core";
import { RetryableError, TerminalError } from "@restatedev/restate-sdk";
import { z } from "zod";
import { withoutCredentials } from "../credentials.ts";

/** What becomes of a failed model call. `retryAfterMs` is the API's own wish, in milliseconds. */
export type ModelErrorClass =
  | { readonly kind: "retryable"; readonly message: string; readonly retryAfterMs?: number }
  | { readonly kind: "terminal"; readonly message: string; readonly code: number };

const RETRYABLE_STATUS = new Set([408, 409, 429]);
// How the SDK reports a reply that the Responses API cut short: by its content filter or at the token limit.
const INCOMPLETE = /"response\.incomplete"/;

// What is read of an error of OpenAI's client, or of one like it.
const apiErrorSchema = z.object({
  status: z.number().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  // By their method, not their class: a client may bring its own fetch, and with it its own headers.
  headers: z
    .custom<Pick<Headers, "get">>((headers) => headers instanceof Object && "get" in headers)
    .optional()
    .catch(undefined),
});

/**
 * Classifies what a model call threw.
 *
 * - 408, 409, 429, 5xx, network failures, time-outs and replies that are no valid response are retryable;
 * - every other 4xx (wrong key, bad request, content filter) is terminal, with the API's message;
 * - so are a used-up quota, a reply that a filter or the token limit cut short, and a request the SDK cannot make;
 * - credentials never appear in the message.
 *
 * The rules are those of OpenAI's own clients, https://platform.openai.com/docs/guides/error-codes.
 */
export function classifyModelError(error: unknown): ModelErrorClass {
  const { status, code, headers } = apiErrorSchema.safeParse(error).data ?? {};
  const message = describe(error, status);
  // A quota that is used up answers 429 for ever; waiting does not fill it.
  if (status === 429 && code === "insufficient_quota") {
    return { kind: "terminal", code: 429, message };
  }
  if (status !== undefined && status >= 400 && status < 500 && !RETRYABLE_STATUS.has(status)) {
    return { kind: "terminal", code: status, message };
  }
  if (error instanceof UserError) return { kind: "terminal", code: 400, message };
  if (error instanceof ModelBehaviorError && INCOMPLETE.test(error.message)) {
    return { kind: "terminal", code: 422, message };
  }
  const retryAfterMs = headers && retryAfter(headers);
  return retryAfterMs === undefined
    ? { kind: "retryable", message }
    : { kind: "retryable", message, retryAfterMs };
}

/** What the durable step of a model call throws: a TerminalError, or an error that Restate retries. */
export function toStepError(error: unknown): Error {
  const found = classifyModelError(error);
  const status = apiErrorSchema.safeParse(error).data?.status;
  // The class of what went wrong, in few different words.
  const type = String(status ?? (error instanceof Error ? error.constructor.name : "Error"));
  if (found.kind === "terminal") {
    return Object.assign(new TerminalError(found.message, { errorCode: found.code }), { type });
  }
  // Without a cause: the original carries the request, which holds personal data, into Restate's logs.
  const { message, retryAfterMs: retryAfter } = found;
  const retryable =
    retryAfter === undefined ? new Error(message) : new RetryableError(message, { retryAfter });
  return Object.assign(retryable, { type });
}

function describe(error: unknown, status: number | undefined): string {
  const text = error instanceof Error ? error.message : "the model call failed";
  const prefix = status === undefined || text.startsWith(String(status)) ? "" : `${status} `;
  return `Model API: ${prefix}${withoutCredentials(text)}`;
}

/** Milliseconds. */
function retryAfter(headers: Pick<Headers, "get">): number | undefined {
  const millis = Number(headers.get("retry-after-ms") || Number.NaN);
  if (Number.isFinite(millis) && millis >= 0) return millis;
  const value = headers.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
