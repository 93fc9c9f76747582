// Settings of the approval service.

import { serviceEnvSchema } from "@holdfast/service-kit";
import { z } from "zod";

const THREE_HOURS_MS = 3 * 60 * 60 * 1000;

export const envSchema = serviceEnvSchema.extend({
  /** How long a reviewer has to answer, in milliseconds. */
  REVIEW_SLA_MS: z.coerce.number("must be a number").int().positive().default(THREE_HOURS_MS),
  /** Where reviewers reach Restate's ingress. */
  PUBLIC_INGRESS_URL: z.url("must be a URL").default("http://localhost:8080"),
});
