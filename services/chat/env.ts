// Settings of the chat agent.

import { serviceEnvSchema } from "@holdfast/service-kit";
import { modelEnvSchema } from "@holdfast/service-kit/models";
import { z } from "zod";

export const envSchema = serviceEnvSchema.extend(modelEnvSchema.shape).extend({
  /** How many turns of a conversation the model is sent. */
  CHAT_LAST_TURNS: z.coerce.number("must be a number").int().positive().default(20),
});
