import { defineService, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import type { ReviewDesk } from "./ask-for-review.ts";
import { claimApprovalAgents } from "./claim-approval-agents.ts";
import { envSchema } from "./env.ts";
import { reviewService } from "./review.ts";
import { approvalService } from "./service.ts";

export const service = defineService({
  name: "approval",
  envSchema,
  services: (env, logger) => {
    const desk: ReviewDesk = {
      ingressUrl: env.PUBLIC_INGRESS_URL,
      notify: (review) => logger.info(review, "a review waits for an answer"),
    };
    return [
      reviewService,
      approvalService(desk, env.REVIEW_SLA_MS),
      ...claimApprovalAgents(desk, env.APPROVAL_TIMEOUT, modelsFromEnv(env)),
    ];
  },
});
if (import.meta.main) await runService(service);
