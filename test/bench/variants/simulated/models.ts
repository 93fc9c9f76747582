// The model API of the library's users: OpenAI's Responses API.

import { openAIModels } from "@holdfast/durable-agents";
import type { ModelProvider } from "@openai/agents-core";

/** @param url the simulator's */
export function simulatedModels(url: string): ModelProvider {
  return openAIModels({ apiKey: "simulator", baseURL: `${url}/v1` });
}
