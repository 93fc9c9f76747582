// Settings of the approval service.

import { serviceEnvSchema } from "@holdfast/service-kit";
import { modelEnvSchema } from "@holdfast/service-kit/models";
import { z } from "zod";

const THREE_HOURS_MS = 3 * 60 * 60 * 1000;

export const envSchema = serviceEnvSchema.extend(modelEnvSchema.shape).extend({
  /** How long a reviewer has to answer, in milliseconds. */
  REVIEW_SLA_MS: z.coerce.number("must be a number").int().positive().default(THREE_HOURS_MS),
  /** How long HumanClaimApprovalWithTimeoutsAgent waits for a person, in milliseconds. */
  APPROVAL_TIMEOUT: z.coerce.number("must be a number").int().positive().default(THREE_HOURS_MS),
  /** Where reviewers reach Restate's ingress. */
  PUBLIC_INGRESS_URL: z.url("must be a URL").default("http://localhost:8080"),
});
