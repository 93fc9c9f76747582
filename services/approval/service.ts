// HumanApprovalWorkflow on Restate: asks a person and waits, for hours if need be, without holding anything.

import { report } from "@holdfast/claim-agent";
import {
  humanApprovalWorkflowContract,
  InvalidInputError,
  MAX_NOTE_LENGTH,
  parseReviewAnswer,
  type ReviewAnswer,
  type ReviewRequest,
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

export function approvalService(options: ApprovalOptions) {
  return implement(humanApprovalWorkflowContract, {
    handlers: {
      requestApproval: async (restate, request): Promise<ReviewResult> => {
        const ctx = DurableContext.from(restate);
        const reviewId = request.claimId ?? ctx.request().id;
        try {
          return await askUntilAnswered(ctx, reviewId, request, options);
        } catch (error) {
          // A claim closes its own review.
          if (error instanceof CancelledError && request.claimId === undefined) {
            ctx.sendClient(reviewContract, reviewId).close({});
          }
          throw error;
        }
      },
    },
  });
}

async function askUntilAnswered(
  ctx: DurableContext,
  reviewId: string,
  request: ReviewRequest,
  { slaMs, ingressUrl, notify }: ApprovalOptions,
): Promise<ReviewResult> {
  const review = ctx.client(reviewContract, reviewId);
  const sla = ctx.sleep(request.slaMs ?? slaMs, "SLA");
  for (let insteadOf: string | undefined; ; ) {
    // Its public line can carry anything, so it takes bytes, which are read afterwards.
    const { id: awakeableId, promise } = ctx.awakeable<Uint8Array | undefined>(serde.binary);
    await review.open({ awakeableId, ...(insteadOf !== undefined && { insteadOf }) });
    await ctx.run("request review", () =>
      notify({
        reviewId,
        answerWith: `curl ${ingressUrl}/restate/awakeables/${awakeableId}/resolve --json 'true'`,
      }),
    );
    const received = await Promise.race([answerOf(promise), sla.then(() => TIMED_OUT as typeof TIMED_OUT)]);
    if (received === TIMED_OUT) {
      // An answer that came in the same moment still counts.
      const { answer } = await review.close({ awakeableId });
      return answer
        ? { status: "answered", answer }
        : { status: "timed_out", message: "Approval timed out - Evaluate with AI" };
    }
    if (received instanceof InvalidInputError) {
      await report(ctx, request.claimId, { type: "review_unclear", rule: received.message });
      insteadOf = awakeableId;
      continue;
    }
    const { answer } = await review.close({ awakeableId, answer: received });
    return { status: "answered", answer: answer ?? received };
  }
}

async function answerOf(promise: Promise<Uint8Array | undefined>): Promise<ReviewAnswer | InvalidInputError> {
  try {
    return parseReviewAnswer((await promise) ?? new Uint8Array());
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    // Restate's own way to say no: .../reject with a reason, which may be of any length.
    if (error instanceof TerminalError && !(error instanceof CancelledError)) {
      return { outcome: "deny", note: error.message.slice(0, MAX_NOTE_LENGTH) };
    }
    throw error;
  }
}
