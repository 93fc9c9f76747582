// Asks a person and waits where it stands, for hours if need be, without holding anything.

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
import { ATTR, recordSpan, traceIdOf } from "@holdfast/durable-agents/telemetry";
import { CancelledError, serde, TerminalError } from "@restatedev/restate-sdk";

/** How people learn of a review. */
export interface ReviewDesk {
  /** Where the public can reach Restate's ingress; part of the line that tells how to answer. */
  readonly ingressUrl: string;
  /** Tells people that a review waits. It runs inside a durable step. */
  readonly notify: (review: { readonly reviewId: string; readonly answerWith: string }) => void;
}

/** What is asked. */
export interface ReviewAsked {
  readonly reviewId: string;
  /** The claim whose timeline is told of answers that make no sense, if there is one. */
  readonly claimId?: string | undefined;
  /** How long a person has, in milliseconds; for ever when left out. */
  readonly slaMs?: number | undefined;
}

const TIMED_OUT = "timed out";

/** Asks until there is an answer that makes sense, or no time is left. */
export async function askForReview(
  ctx: DurableContext,
  { reviewId, claimId, slaMs }: ReviewAsked,
  { ingressUrl, notify }: ReviewDesk,
): Promise<ReviewResult> {
  const review = ctx.client(reviewContract, reviewId);
  const sla = slaMs === undefined ? undefined : ctx.sleep(slaMs, "SLA");
  let askedAt: number | undefined;
  for (let insteadOf: string | undefined; ; ) {
    // Its public line can carry anything, so it takes bytes, which are read afterwards.
    const { id: awakeableId, promise } = ctx.awakeable<Uint8Array | undefined>(serde.binary);
    await review.open({ awakeableId, ...(insteadOf !== undefined && { insteadOf }) });
    const asked = await ctx.run("request review", () => {
      notify({
        reviewId,
        answerWith: `curl ${ingressUrl}/restate/awakeables/${awakeableId}/resolve --json 'true'`,
      });
      return traceIdOf(ctx) === undefined ? undefined : { at: Date.now() };
    });
    askedAt ??= asked?.at;
    // Made here: a promise of its own that a cancellation rejects before anybody awaits it would end the process.
    const timedOut = sla ? [sla.then(() => TIMED_OUT as typeof TIMED_OUT)] : [];
    const received = await Promise.race([answerOf(promise), ...timedOut]);
    if (received === TIMED_OUT) {
      const end = await timeOf(ctx, askedAt);
      // An answer that came in the same moment still counts.
      const { answer } = await review.close({ awakeableId });
      recordReview(ctx, { claimId, start: askedAt, end, answer });
      return answer
        ? { status: "answered", answer }
        : { status: "timed_out", message: "Approval timed out - Evaluate with AI" };
    }
    if (received instanceof InvalidInputError) {
      await report(ctx, claimId, { type: "review_unclear", rule: received.message });
      insteadOf = awakeableId;
      continue;
    }
    const end = await timeOf(ctx, askedAt);
    const { answer = received } = await review.close({ awakeableId, answer: received });
    recordReview(ctx, { claimId, start: askedAt, end, answer });
    return { status: "answered", answer };
  }
}

/** When the wait ended. There is no such step where it was asked without telemetry, or by a version that did not tell when. */
async function timeOf(ctx: DurableContext, askedAt: number | undefined): Promise<number | undefined> {
  return askedAt === undefined ? undefined : ctx.run("review ended", () => Date.now());
}

interface Review {
  readonly claimId: string | undefined;
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly answer: ReviewAnswer | undefined;
}

/** Tells of the wait, as long as it was, by journaled times. */
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
