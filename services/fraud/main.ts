import { parseEnvOrExit, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { envSchema } from "./env.ts";
import { historyService } from "./history.ts";
import { fraudService } from "./service.ts";

const env = parseEnvOrExit(envSchema);
await runService({ name: "fraud", env, services: () => [fraudService(modelsFromEnv(env)), historyService] });
