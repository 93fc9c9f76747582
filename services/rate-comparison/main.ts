import { defineService, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { envSchema } from "./env.ts";
import { rateComparisonService } from "./service.ts";
import { readStandardRates } from "./standard-rates.ts";

export const service = defineService({
  name: "rate-comparison",
  envSchema,
  services: (env) => [rateComparisonService(readStandardRates(env.STANDARD_RATES_FILE), modelsFromEnv(env))],
});
if (import.meta.main) await runService(service);
