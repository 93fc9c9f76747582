// Review on Restate: the first answer counts, whichever way it came.

import { type ReviewAnswer, reviewContract } from "@holdfast/contracts";
import { implement, TerminalError } from "@restatedev/restate-sdk";

export const reviewService = implement(reviewContract, {
  handlers: {
    open: async (ctx, { awakeableId }) => {
      ctx.set("awakeable", awakeableId);
    },

    answer: async (ctx, answer) => {
      const awakeableId = await ctx.get<string>("awakeable");
      if (awakeableId === null) {
        throw new TerminalError("There is no open review here; it was never asked for, or has ended.", {
          errorCode: 409,
        });
      }
      if ((await ctx.get<ReviewAnswer>("answer")) !== null) {
        throw new TerminalError("This review has been answered already; the first answer counts.", {
          errorCode: 409,
        });
      }
      ctx.set("answer", answer);
      ctx.resolveAwakeable(awakeableId, answer);
    },

    close: async (ctx, { answer }) => {
      const recorded = await ctx.get<ReviewAnswer>("answer");
      ctx.clearAll();
      return { answer: recorded ?? answer };
    },
  },
});
