// Settings of the fraud agent.

import { serviceEnvSchema } from "@holdfast/service-kit";
import { modelEnvSchema } from "@holdfast/service-kit/models";

export const envSchema = serviceEnvSchema.extend(modelEnvSchema.shape);
