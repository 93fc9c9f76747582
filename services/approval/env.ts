// Settings of the approval service.

import { countSchema, serverUrlSchema, serviceEnvSchema } from "@holdfast/service-kit";
import { modelEnvSchema } from "@holdfast/service-kit/models";

const THREE_HOURS_MS = 3 * 60 * 60 * 1000;

export const envSchema = serviceEnvSchema.extend(modelEnvSchema.shape).extend({
  /** How long a reviewer has to answer, in milliseconds. */
  REVIEW_SLA_MS: countSchema.default(THREE_HOURS_MS),
  /** How long HumanClaimApprovalWithTimeoutsAgent waits for a person, in milliseconds. */
  APPROVAL_TIMEOUT: countSchema.default(THREE_HOURS_MS),
  /** Where reviewers reach Restate's ingress. */
  PUBLIC_INGRESS_URL: serverUrlSchema.default("http://localhost:8080"),
});
