// The models that a service's agents use, by its settings. An entry of its own, so that services without agents do not load the SDK.

import { openAIModels } from "@holdfast/durable-agents";
import { z } from "zod";
import { countSchema, serverUrlSchema } from "./setting-schemas.ts";

/** Settings of services whose agents call a model. */
export const modelEnvSchema = z.object({
  OPENAI_API_KEY: z.string().min(1),
  OPENAI_BASE_URL: serverUrlSchema.optional(),
  OPENAI_MODEL: z.string().min(1).default("gpt-5-mini"),
  OPENAI_API: z.enum(["responses", "chat_completions"]).default("responses"),
  /** How long one model call may take, in milliseconds. */
  MODEL_TIMEOUT_MS: countSchema.default(60_000),
  /** How often one model call is made before it fails for good. */
  MODEL_MAX_ATTEMPTS: countSchema.default(3),
});
export type ModelEnv = z.output<typeof modelEnvSchema>;

/** What DurableRunner needs to run agents on the configured models. Make one when the process starts. */
export interface AgentModels {
  readonly modelProvider: ReturnType<typeof openAIModels>;
  readonly model: string;
  readonly maxRetryAttempts: number;
}

export function modelsFromEnv(env: ModelEnv): AgentModels {
  return {
    modelProvider: openAIModels({
      apiKey: env.OPENAI_API_KEY,
      baseURL: env.OPENAI_BASE_URL,
      api: env.OPENAI_API,
      timeoutMs: env.MODEL_TIMEOUT_MS,
    }),
    model: env.OPENAI_MODEL,
    maxRetryAttempts: env.MODEL_MAX_ATTEMPTS,
  };
}
