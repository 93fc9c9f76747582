// Classifies what a model call threw: to be retried, or terminal.

import { ModelBehaviorError, UserError } from "@openai/agents-core";
import { now } from "../../runtime/clock.step.ts";
import { withoutCredentials } from "../credentials.ts";

/** What becomes of a failed model call. `retryAfterMs` is the API's own wish, in milliseconds. */
export type ModelErrorClass =
  | { readonly kind: "retryable"; readonly message: string; readonly retryAfterMs?: number }
  | { readonly kind: "terminal"; readonly message: string; readonly code: number };

const RETRYABLE_STATUS = new Set([408, 409, 429]);
// How the SDK reports a reply that the Responses API cut short: by its content filter or at the token limit.
const INCOMPLETE = /"response\.incomplete"/;

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
  const message = describe(error);
  const status = numberAt(error, "status");
  // A quota that is used up answers 429 for ever; waiting does not fill it.
  if (status === 429 && stringAt(error, "code") === "insufficient_quota") {
    return { kind: "terminal", code: 429, message };
  }
  if (status !== undefined && status >= 400 && status < 500 && !RETRYABLE_STATUS.has(status)) {
    return { kind: "terminal", code: status, message };
  }
  if (error instanceof UserError) return { kind: "terminal", code: 400, message };
  if (error instanceof ModelBehaviorError && INCOMPLETE.test(error.message)) {
    return { kind: "terminal", code: 422, message };
  }
  const retryAfterMs = retryAfter(error);
  return retryAfterMs === undefined
    ? { kind: "retryable", message }
    : { kind: "retryable", message, retryAfterMs };
}

/** The class of a failed model call, in few different words: its HTTP status, or the error's name. */
export function modelErrorType(error: unknown): string {
  const status = numberAt(error, "status");
  if (status !== undefined) return String(status);
  return error instanceof Error ? error.constructor.name : "Error";
}

function describe(error: unknown): string {
  const status = numberAt(error, "status");
  const text = error instanceof Error ? error.message : "the model call failed";
  const prefix = status === undefined || text.startsWith(String(status)) ? "" : `${status} `;
  return `Model API: ${prefix}${withoutCredentials(text)}`;
}

function retryAfter(error: unknown): number | undefined {
  const millis = Number(header(error, "retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(millis) && millis >= 0) return millis;
  const value = header(error, "retry-after");
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now());
}

// By its method, not its class: a client may bring its own fetch, and with it its own headers.
function header(error: unknown, name: string): string | undefined {
  const headers = at(error, "headers");
  const get = at(headers, "get");
  const value: unknown = typeof get === "function" ? get.call(headers, name) : undefined;
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function numberAt(value: unknown, key: string): number | undefined {
  const found = at(value, key);
  return typeof found === "number" ? found : undefined;
}

function stringAt(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === "string" ? found : undefined;
}
