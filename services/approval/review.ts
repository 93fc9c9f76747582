// Review on Restate: the first answer counts, whichever way it came.

import { type ReviewAnswer, reviewContract } from "@holdfast/contracts";
import { implement, type ObjectContext, TerminalError } from "@restatedev/restate-sdk";

/** The state entries of a Review. */
interface ReviewState {
  /** A claim keeps it open, whether somebody is being asked at the moment or not. */
  readonly kept: true;
  /** The awakeables of those who ask at the moment: usually one. */
  readonly asking: readonly string[];
  /** In its place: whoever asks is to begin again. */
  readonly answer: ReviewAnswer | typeof REASSESS;
}

const REASSESS = "reassess";

// What wakes whoever asks; what counts is what `close` returns then.
const WAKE: ReviewAnswer = { outcome: "deny" };

export const reviewService = implement(reviewContract, {
  handlers: {
    open: async (ctx, { awakeableId, insteadOf }) => {
      if (awakeableId === undefined) {
        ctx.set<ReviewState["kept"]>("kept", true);
        return;
      }
      const others = (await asking(ctx)).filter((id) => id !== insteadOf);
      ctx.set<ReviewState["asking"]>("asking", [...others, awakeableId]);
      // It came while nobody was asked, or just after nonsense had come through the public line.
      const answer = await ctx.get<ReviewState["answer"]>("answer");
      if (answer !== null) ctx.resolveAwakeable(awakeableId, answer === REASSESS ? WAKE : answer);
    },

    answer: async (ctx, answer) => {
      const awakeables = await asking(ctx);
      if (awakeables.length === 0 && !(await isKept(ctx))) {
        throw new TerminalError("There is no open review here; it was never asked for, or has ended.", {
          errorCode: 409,
        });
      }
      await assertUnanswered(ctx);
      record(ctx, answer, awakeables);
    },

    reassess: async (ctx) => {
      const awakeables = await asking(ctx);
      if (awakeables.length === 0) {
        throw new TerminalError(
          "Nobody is asked at this moment; try again when the claim waits for a person.",
          {
            errorCode: 409,
          },
        );
      }
      await assertUnanswered(ctx);
      ctx.set<ReviewState["answer"]>("answer", REASSESS);
      for (const id of awakeables) ctx.resolveAwakeable(id, WAKE);
    },

    close: async (ctx, { awakeableId, answer }) => {
      const recorded = await ctx.get<ReviewState["answer"]>("answer");
      if (recorded === REASSESS) {
        // The claim keeps its review open for its new reviewer, unless it has ended.
        for (const entry of awakeableId === undefined ? ["kept", "answer", "asking"] : ["answer", "asking"]) {
          ctx.clear(entry);
        }
        return { reassess: true as const };
      }
      const counts = recorded ?? answer;
      const others = (await asking(ctx)).filter((id) => id !== awakeableId);
      if (awakeableId === undefined || (others.length === 0 && !(await isKept(ctx)))) {
        ctx.clearAll();
      } else {
        ctx.set<ReviewState["asking"]>("asking", others);
        if (recorded === null && answer) record(ctx, answer, others);
      }
      return counts ? { answer: counts } : {};
    },
  },
  options: {
    handlers: {
      open: { ingressPrivate: true },
      close: { ingressPrivate: true },
      reassess: { ingressPrivate: true },
    },
  },
});

async function assertUnanswered(ctx: ObjectContext): Promise<void> {
  const earlier = await ctx.get<ReviewState["answer"]>("answer");
  if (earlier === null) return;
  const why =
    earlier === REASSESS
      ? "The claim is being reassessed; answer when it is in review again."
      : "This review has been answered already; the first answer counts.";
  throw new TerminalError(why, { errorCode: 409 });
}

async function asking(ctx: ObjectContext): Promise<ReviewState["asking"]> {
  return (await ctx.get<ReviewState["asking"]>("asking")) ?? [];
}

async function isKept(ctx: ObjectContext): Promise<boolean> {
  return (await ctx.get<ReviewState["kept"]>("kept")) !== null;
}

function record(ctx: ObjectContext, answer: ReviewAnswer, awakeables: ReviewState["asking"]): void {
  ctx.set<ReviewState["answer"]>("answer", answer);
  for (const id of awakeables) ctx.resolveAwakeable(id, answer);
}
