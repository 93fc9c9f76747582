// The model API of the middleware's users: the Vercel AI SDK's OpenAI provider, which speaks the Responses API by default.

import { createOpenAI } from "@ai-sdk/openai";
import { MODEL_NAME } from "../task.ts";
import type { LanguageModel } from "../vercel-model.ts";

/** @param url the simulator's */
export function simulatedLanguageModel(url: string): LanguageModel {
  return createOpenAI({ apiKey: "simulator", baseURL: `${url}/v1` })(MODEL_NAME);
}
