// Settings of the coordinator.

import { serviceEnvSchema } from "@holdfast/service-kit";
import { modelEnvSchema } from "@holdfast/service-kit/models";
import { z } from "zod";

export const envSchema = serviceEnvSchema.extend(modelEnvSchema.shape).extend({
  /** The coverage plan; the one that comes with Holdfast when left out. */
  COVERAGE_PLAN_FILE: z.string().optional(),
  /** What a model may approve by itself; the matrix that comes with Holdfast when left out. */
  AUTHORITY_MATRIX_FILE: z.string().optional(),
});
