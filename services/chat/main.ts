import { defineService, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { envSchema } from "./env.ts";
import { chatService } from "./service.ts";

export const service = defineService({
  name: "chat",
  envSchema,
  services: (env) => [chatService(modelsFromEnv(env), env.CHAT_LAST_TURNS)],
});
if (import.meta.main) await runService(service);
