import { parseEnvOrExit, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { envSchema } from "./env.ts";
import { chatService } from "./service.ts";

const env = parseEnvOrExit(envSchema);
await runService({
  name: "chat",
  env,
  services: () => [chatService(modelsFromEnv(env), env.CHAT_LAST_TURNS)],
});
