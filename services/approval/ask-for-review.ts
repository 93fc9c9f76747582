// Asks a person to review a claim, and waits for hours if need be.

import { report } from "@holdfast/claims";
import {
  InvalidInputError,
  MAX_NOTE_LENGTH,
  parseReviewAnswer,
  type ReviewAnswer,
  type ReviewResult,
  reviewContract,
} from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import { askPerson } from "@holdfast/durable-agents/approvals";
import { recordSpan } from "@holdfast/durable-agents/telemetry";
import { ATTR } from "@holdfast/service-kit/registry";

/** Notifies people of reviews. */
export interface ReviewDesk {
  /** Where the public can reach Restate's ingress; part of the line that answers. */
  readonly ingressUrl: string;
  /** Notifies people that a review waits. It runs inside a durable step. */
  readonly notify: (review: { readonly reviewId: string; readonly answerWith: string }) => void;
}

/** What is asked. */
export interface ReviewAsked {
  readonly reviewId: string;
  /** The claim whose timeline gets an entry for each answer that makes no sense, if there is one. */
  readonly claimId?: string | undefined;
  /** How long a person has, in milliseconds; for ever when left out. */
  readonly slaMs?: number | undefined;
}

/** Asks until there is an answer that makes sense, or no time is left. */
export async function askForReview(
  ctx: DurableContext,
  { reviewId, claimId, slaMs }: ReviewAsked,
  { ingressUrl, notify }: ReviewDesk,
): Promise<ReviewResult> {
  const review = ctx.client(reviewContract, reviewId);
  const sla = slaMs === undefined ? undefined : ctx.sleep(slaMs, "SLA");
  const {
    answer: received,
    awakeableId,
    askedAt: start,
  } = await askPerson<ReviewAnswer>(ctx, {
    step: "request review",
    open: async ({ id, insteadOf }) => {
      if (insteadOf) await report(ctx, claimId, { type: "review_unclear", rule: insteadOf.reason });
      await review.open({ awakeableId: id, ...(insteadOf && { insteadOf: insteadOf.id }) });
    },
    notify: ({ id }) =>
      notify({
        reviewId,
        answerWith: `curl ${ingressUrl}/restate/awakeables/${id}/resolve --json 'true'`,
      }),
    read,
    rejected: (reason) => ({ outcome: "deny", note: reason.slice(0, MAX_NOTE_LENGTH) }),
    timer: sla && (() => sla),
  });
  const end = await timeOf(ctx, start);
  // An answer that was recorded in the same moment counts.
  const closed = await review.close({ awakeableId, ...(received && { answer: received }) });
  const timedOut = { status: "timed_out", message: "Approval timed out - Evaluate with AI" } as const;
  if (closed.reassess) return { ...timedOut, reassess: true };
  const answer = closed.answer ?? received;
  recordReview(ctx, { claimId, start, end, answer });
  return answer ? { status: "answered", answer } : timedOut;
}

/** The end of the wait. There is no such step where it was asked without telemetry, or by a version that did not store when. */
async function timeOf(ctx: DurableContext, askedAt: number | undefined): Promise<number | undefined> {
  return askedAt === undefined ? undefined : ctx.run("review ended", () => Date.now());
}

interface Review {
  readonly claimId: string | undefined;
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly answer: ReviewAnswer | undefined;
}

/** Records the wait's span by journaled times. */
function recordReview(ctx: DurableContext, { claimId, start, end, answer }: Review): void {
  if (start === undefined || end === undefined) return;
  recordSpan(ctx, {
    kind: "approval",
    name: "approval review",
    start,
    end,
    attributes: {
      [ATTR.conversationId]: claimId,
      [ATTR.approvalAnswer]: answer?.outcome ?? "none",
      [ATTR.approvalAnsweredBy]: answer?.reviewer,
      [ATTR.approvalWaitSeconds]: (end - start) / 1000,
    },
  });
}

function read(bytes: Uint8Array): ReviewAnswer | string {
  try {
    return parseReviewAnswer(bytes);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
}
