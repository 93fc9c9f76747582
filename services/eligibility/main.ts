import { readCoveragePlan } from "@holdfast/claims/plan";
import { defineService, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { envSchema } from "./env.ts";
import { eligibilityService } from "./service.ts";

export const service = defineService({
  name: "eligibility",
  envSchema,
  services: (env) => [eligibilityService(readCoveragePlan(env.COVERAGE_PLAN_FILE), modelsFromEnv(env))],
});
if (import.meta.main) await runService(service);
