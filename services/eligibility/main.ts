import { readCoveragePlan } from "@holdfast/claims/plan";
import { parseEnvOrExit, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { envSchema } from "./env.ts";
import { eligibilityService } from "./service.ts";

const env = parseEnvOrExit(envSchema);
await runService({
  name: "eligibility",
  env,
  services: () => [eligibilityService(readCoveragePlan(env.COVERAGE_PLAN_FILE), modelsFromEnv(env))],
});
