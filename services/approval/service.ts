// HumanApprovalWorkflow on Restate: asks a person to decide a claim.

import { humanApprovalWorkflowContract, reviewContract } from "@holdfast/contracts";
import { DurableContext } from "@holdfast/durable-agents";
import { CancelledError, implement } from "@restatedev/restate-sdk";
import { askForReview, type ReviewDesk } from "./ask-for-review.ts";

/** @param slaMs how long a person has when the request sets no time, in milliseconds */
export function approvalService(desk: ReviewDesk, slaMs: number) {
  return implement(humanApprovalWorkflowContract, {
    handlers: {
      requestApproval: async (restate, request) => {
        const ctx = DurableContext.from(restate);
        const { claimId } = request;
        const reviewId = claimId ?? ctx.request().id;
        try {
          return await askForReview(ctx, { reviewId, claimId, slaMs: request.slaMs ?? slaMs }, desk);
        } catch (error) {
          // A claim closes its own review.
          if (error instanceof CancelledError && claimId === undefined) {
            ctx.sendClient(reviewContract, reviewId).close({});
          }
          throw error;
        }
      },
    },
  });
}
