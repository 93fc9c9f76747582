// HumanApprovalWorkflow on Restate: asks a person and waits, for hours if need be, without holding anything.

import { report } from "@holdfast/claim-agent";
import {
  humanApprovalWorkflowContract,
  InvalidInputError,
  parseReviewAnswer,
  type ReviewAnswer,
  type ReviewResult,
  reviewContract,
} from "@holdfast/contracts";
import { DurableContext } from "@holdfast/durable-agents";
import { CancelledError, implement, serde, TerminalError } from "@restatedev/restate-sdk";

export interface ApprovalOptions {
  /** How long a person has when the request does not say, in milliseconds. */
  readonly slaMs: number;
  /** Where the public can reach Restate's ingress; part of the line that tells how to answer. */
  readonly ingressUrl: string;
  /** Tells people that a review waits. It runs inside a durable step. */
  readonly notify: (review: { readonly reviewId: string; readonly answerWith: string }) => void;
}

const TIMED_OUT = "timed out";

export function approvalService({ slaMs, ingressUrl, notify }: ApprovalOptions) {
  return implement(humanApprovalWorkflowContract, {
    handlers: {
      requestApproval: async (restate, request): Promise<ReviewResult> => {
        const ctx = DurableContext.from(restate);
        const reviewId = request.claimId ?? ctx.request().id;
        const review = ctx.client(reviewContract, reviewId);
        const sla = ctx.sleep(request.slaMs ?? slaMs, "SLA").then(() => TIMED_OUT as typeof TIMED_OUT);

        for (;;) {
          // Its public line can carry anything, so it takes bytes, which are read afterwards.
          const { id, promise } = ctx.awakeable<Uint8Array | undefined>(serde.binary);
          await review.open({ awakeableId: id });
          await ctx.run("request review", () =>
            notify({
              reviewId,
              answerWith: `curl ${ingressUrl}/restate/awakeables/${id}/resolve --json 'true'`,
            }),
          );
          const received = await Promise.race([answerOf(promise), sla]);
          if (received === TIMED_OUT) {
            // An answer that came in the same moment still counts.
            const { answer } = await review.close({});
            return answer
              ? { status: "answered", answer }
              : { status: "timed_out", message: "Approval timed out - Evaluate with AI" };
          }
          if (received instanceof InvalidInputError) {
            await report(ctx, request.claimId, { type: "review_unclear", rule: received.message });
            continue;
          }
          const { answer } = await review.close({ answer: received });
          return { status: "answered", answer: answer ?? received };
        }
      },
    },
  });
}

async function answerOf(promise: Promise<Uint8Array | undefined>): Promise<ReviewAnswer | InvalidInputError> {
  try {
    return parseReviewAnswer((await promise) ?? new Uint8Array());
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    // Restate's own way to say no: .../reject with a reason.
    if (error instanceof TerminalError && !(error instanceof CancelledError)) {
      return { outcome: "deny", note: error.message };
    }
    throw error;
  }
}
