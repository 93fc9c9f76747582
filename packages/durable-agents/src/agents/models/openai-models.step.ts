// The OpenAI-compatible model provider that durable steps call. Its client does not retry: Restate does.

import type { ModelProvider } from "@openai/agents-core";
import { OpenAIProvider } from "@openai/agents-openai";
import { APIConnectionTimeoutError, OpenAI } from "openai";

/** Where the models are. Everything left out is taken from OpenAI's own variables, such as `OPENAI_API_KEY`. */
export interface OpenAIModelsOptions {
  /** `OPENAI_API_KEY` when left out. */
  readonly apiKey?: string | undefined;
  /** Up to and with the version, such as `https://api.openai.com/v1`; `OPENAI_BASE_URL` when left out. */
  readonly baseURL?: string | undefined;
  /** Which API to speak; `responses` by default. */
  readonly api?: "responses" | "chat_completions" | undefined;
  /** How long one call may take, in milliseconds; two minutes by default. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 120_000;

/** A model provider for any OpenAI-compatible API. Make one when the process starts and share it. */
export function openAIModels(options: OpenAIModelsOptions = {}): ModelProvider {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return new OpenAIProvider({
    openAIClient: new OpenAI({
      apiKey: options.apiKey,
      baseURL: options.baseURL,
      timeout: timeoutMs,
      // The client's own limit ends when a reply begins. A stream that stops in its middle would be waited for until Restate
      // gives the attempt up.
      fetch: (url, init) => fetch(url, { ...init, signal: within(timeoutMs, init?.signal) }),
      maxRetries: 0,
      logLevel: "off", // its debug log prints prompts and replies
    }),
    useResponses: options.api !== "chat_completions",
  });
}

function within(timeoutMs: number, signal: AbortSignal | null | undefined): AbortSignal {
  const limit = new AbortController();
  const message = `The reply timed out after ${timeoutMs} ms.`;
  setTimeout(() => limit.abort(new APIConnectionTimeoutError({ message })), timeoutMs).unref();
  return signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
}
