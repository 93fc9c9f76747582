// Settings of the eligibility agent.

import { serviceEnvSchema } from "@holdfast/service-kit";
import { modelEnvSchema } from "@holdfast/service-kit/models";
import { z } from "zod";

export const envSchema = serviceEnvSchema.extend(modelEnvSchema.shape).extend({
  /** The coverage plan; the one that comes with Holdfast when left out. */
  COVERAGE_PLAN_FILE: z.string().optional(),
});
