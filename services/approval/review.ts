// Review on Restate: the first answer counts, whichever way it came.

import { type ReviewAnswer, reviewContract } from "@holdfast/contracts";
import { implement, TerminalError } from "@restatedev/restate-sdk";

/** The state entries of a Review. */
interface ReviewState {
  /** A claim keeps it open, whether somebody is being asked at the moment or not. */
  readonly kept: true;
  /** Somebody is being asked, and answers through it. */
  readonly awakeable: string;
  readonly answer: ReviewAnswer;
}

export const reviewService = implement(reviewContract, {
  handlers: {
    open: async (ctx, { awakeableId }) => {
      if (awakeableId === undefined) {
        ctx.set<ReviewState["kept"]>("kept", true);
        return;
      }
      ctx.set<ReviewState["awakeable"]>("awakeable", awakeableId);
      // It came while nobody was asked, or just after nonsense had come through the public line.
      const answer = await ctx.get<ReviewState["answer"]>("answer");
      if (answer !== null) ctx.resolveAwakeable(awakeableId, answer);
    },

    answer: async (ctx, answer) => {
      const awakeableId = await ctx.get<ReviewState["awakeable"]>("awakeable");
      const kept = await ctx.get<ReviewState["kept"]>("kept");
      if (awakeableId === null && !kept) {
        throw new TerminalError("There is no open review here; it was never asked for, or has ended.", {
          errorCode: 409,
        });
      }
      if ((await ctx.get<ReviewState["answer"]>("answer")) !== null) {
        throw new TerminalError("This review has been answered already; the first answer counts.", {
          errorCode: 409,
        });
      }
      ctx.set<ReviewState["answer"]>("answer", answer);
      if (awakeableId !== null) ctx.resolveAwakeable(awakeableId, answer);
    },

    close: async (ctx, { awakeableId, answer }) => {
      const counts = (await ctx.get<ReviewState["answer"]>("answer")) ?? answer;
      const kept = awakeableId !== undefined && (await ctx.get<ReviewState["kept"]>("kept"));
      if (kept) {
        ctx.clear("awakeable");
        if (counts) ctx.set<ReviewState["answer"]>("answer", counts);
      } else {
        ctx.clearAll();
      }
      return counts ? { answer: counts } : {};
    },
  },
  options: { handlers: { open: { ingressPrivate: true }, close: { ingressPrivate: true } } },
});
