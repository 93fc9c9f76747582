// HumanClaimApprovalAgent, with and without a time-out, on Restate: the person is asked right here, in a tool.

import { type AskPerson, claimApprover } from "@holdfast/claims";
import {
  humanClaimApprovalAgentContract,
  humanClaimApprovalWithTimeoutsAgentContract,
  reviewContract,
} from "@holdfast/contracts";
import type { AgentModels } from "@holdfast/service-kit/models";
import { CancelledError, implement } from "@restatedev/restate-sdk";
import { askForReview, type ReviewDesk } from "./ask-for-review.ts";

/** @param timeoutMs how long the agent with a time-out waits, in milliseconds */
export function claimApprovalAgents(desk: ReviewDesk, timeoutMs: number, models: AgentModels) {
  const patient = claimApprover({ name: "HumanClaimApprovalAgent", models, ask: askHere(desk) });
  const timed = claimApprover({
    name: "HumanClaimApprovalWithTimeoutsAgent",
    models,
    ask: askHere(desk, timeoutMs),
  });
  return [
    implement(humanClaimApprovalAgentContract, {
      handlers: { run: (ctx, { message }) => patient(ctx, message) },
    }),
    implement(humanClaimApprovalWithTimeoutsAgentContract, {
      handlers: { run: (ctx, { message }) => timed(ctx, message) },
    }),
  ];
}

function askHere(desk: ReviewDesk, slaMs?: number): AskPerson {
  return async (ctx) => {
    const reviewId = ctx.rand.uuidv4();
    try {
      return await askForReview(ctx, { reviewId, slaMs }, desk);
    } catch (error) {
      if (error instanceof CancelledError) ctx.sendClient(reviewContract, reviewId).close({});
      throw error;
    }
  };
}
