// Settings of the chat agent.

import { countSchema, serviceEnvSchema } from "@holdfast/service-kit";
import { modelEnvSchema } from "@holdfast/service-kit/models";

export const envSchema = serviceEnvSchema.extend(modelEnvSchema.shape).extend({
  /** How many turns of a conversation the model is sent. */
  CHAT_LAST_TURNS: countSchema.default(20),
});
