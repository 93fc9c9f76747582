// Review on Restate: the first answer counts, whichever way it came.

import { isDeepStrictEqual } from "node:util";
import { type ReviewAnswer, reviewContract } from "@holdfast/contracts";
import { implement, type ObjectContext, TerminalError } from "@restatedev/restate-sdk";

/** The state entries of a Review. */
interface ReviewState {
  /** A claim keeps it open, whether somebody is being asked at the moment or not. */
  readonly kept: true;
  /** The awakeables of those who ask at the moment: usually one. */
  readonly asking: readonly string[];
  readonly answer: ReviewAnswer | Reassessment;
}

/** In place of an answer: whoever was asking is to begin again. */
interface Reassessment {
  /** The awakeables of those who were asking, and have not heard of it yet. */
  readonly reassess: readonly string[];
}

// What wakes those who ask. Whoever gets it through the public line instead has answered, as nothing is being reassessed then.
const WAKE: ReviewAnswer = { outcome: "deny", note: "The claim is being reassessed." };

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
      if (answer === null) return;
      if (!isReassessment(answer)) ctx.resolveAwakeable(awakeableId, answer);
      else if (insteadOf !== undefined && answer.reassess.includes(insteadOf)) {
        const reassess = answer.reassess.map((id) => (id === insteadOf ? awakeableId : id));
        ctx.set<ReviewState["answer"]>("answer", { reassess });
        ctx.resolveAwakeable(awakeableId, WAKE);
      }
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
        const message = "Nobody is asked at this moment; try again when the claim waits for a person.";
        throw new TerminalError(message, { errorCode: 409 });
      }
      await assertUnanswered(ctx);
      ctx.set<ReviewState["answer"]>("answer", { reassess: awakeables });
      for (const id of awakeables) ctx.resolveAwakeable(id, WAKE);
    },

    close: async (ctx, { awakeableId, answer }) => {
      const recorded = await ctx.get<ReviewState["answer"]>("answer");
      const reassessed = isReassessment(recorded);
      if (reassessed && awakeableId !== undefined && (!answer || isDeepStrictEqual(answer, WAKE))) {
        await beginAgain(ctx, awakeableId, recorded);
        return { reassess: true as const };
      }
      // A person's answer that came through the public line before the claim was reassessed counts.
      const earlier = reassessed ? null : recorded;
      const counts = earlier ?? answer;
      const others = (await asking(ctx)).filter((id) => id !== awakeableId);
      if (awakeableId === undefined || (others.length === 0 && !(await isKept(ctx)))) {
        ctx.clearAll();
      } else {
        ctx.set<ReviewState["asking"]>("asking", others);
        if (earlier === null && answer) record(ctx, answer, others);
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
  const why = isReassessment(earlier)
    ? "The claim is being reassessed; answer when it is in review again."
    : "This review has been answered already; the first answer counts.";
  throw new TerminalError(why, { errorCode: 409 });
}

function isReassessment(answer: ReviewState["answer"] | null): answer is Reassessment {
  return answer !== null && "reassess" in answer;
}

/** One of those who were asking begins again. The review stays open for whoever asks then. */
async function beginAgain(
  ctx: ObjectContext,
  awakeableId: string,
  { reassess }: Reassessment,
): Promise<void> {
  const left = reassess.filter((id) => id !== awakeableId);
  const others = (await asking(ctx)).filter((id) => id !== awakeableId);
  ctx.set<ReviewState["asking"]>("asking", others);
  if (left.length > 0) ctx.set<ReviewState["answer"]>("answer", { reassess: left });
  else ctx.clear("answer");
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
