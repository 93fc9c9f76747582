import { defineService, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { envSchema } from "./env.ts";
import { historyService } from "./history.ts";
import { fraudService } from "./service.ts";

export const service = defineService({
  name: "fraud",
  envSchema,
  services: (env) => [fraudService(modelsFromEnv(env)), historyService],
});
if (import.meta.main) await runService(service);
