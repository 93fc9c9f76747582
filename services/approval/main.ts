import { parseEnvOrExit, runService } from "@holdfast/service-kit";
import { envSchema } from "./env.ts";
import { reviewService } from "./review.ts";
import { approvalService } from "./service.ts";

const env = parseEnvOrExit(envSchema);
await runService({
  name: "approval",
  env,
  services: (logger) => [
    reviewService,
    approvalService({
      slaMs: env.REVIEW_SLA_MS,
      ingressUrl: env.PUBLIC_INGRESS_URL.replace(/\/$/, ""),
      notify: (review) => logger.info(review, "a review waits for an answer"),
    }),
  ],
});
