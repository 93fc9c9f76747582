import { parseEnvOrExit, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { envSchema } from "./env.ts";
import { rateComparisonService } from "./service.ts";
import { readStandardRates } from "./standard-rates.ts";

const env = parseEnvOrExit(envSchema);
await runService({
  name: "rate-comparison",
  env,
  services: () => [rateComparisonService(readStandardRates(env.STANDARD_RATES_FILE), modelsFromEnv(env))],
});
