// Settings of the rate comparison agent.

import { serviceEnvSchema } from "@holdfast/service-kit";
import { modelEnvSchema } from "@holdfast/service-kit/models";
import { z } from "zod";

export const envSchema = serviceEnvSchema.extend(modelEnvSchema.shape).extend({
  /** The table of standard rates; the one that comes with Holdfast when left out. */
  STANDARD_RATES_FILE: z.string().optional(),
});
