// Review on Restate, when a claim is reassessed in the moment in which a person answers, or several ask about it.

import { type ReviewAnswer, reviewContract } from "@holdfast/contracts";
import { DurableContext } from "@holdfast/durable-agents";
import { describeModes } from "@holdfast/testing";
import { type Context, service } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { reviewService } from "./review.ts";

const clientOf = (ctx: DurableContext, id: string) => ctx.client(reviewContract, id);

// What only services may call, and an invocation that asks.
const askers = service({
  name: "Askers",
  handlers: {
    keepOpen: (ctx: Context, id: string) => clientOf(DurableContext.from(ctx), id).open({}),
    reassess: (ctx: Context, id: string) => clientOf(DurableContext.from(ctx), id).reassess(),
    /** Asks as many times at once; all wait before the first ends. @returns what counts for each */
    ask: async (
      restate: Context,
      { id, times, early }: { id: string; times: number; early?: ReviewAnswer },
    ) => {
      const ctx = DurableContext.from(restate);
      const review = clientOf(ctx, id);
      const asked = Array.from({ length: times }, () => ctx.awakeable<ReviewAnswer>());
      for (const one of asked) await review.open({ awakeableId: one.id });
      // Through the public line, before the claim is reassessed.
      if (early && asked[0]) ctx.resolveAwakeable(asked[0].id, early);
      await review.reassess();
      const results: unknown[] = [];
      for (const one of asked) {
        const answer = await one.promise;
        results.push(await review.close({ awakeableId: one.id, answer }));
      }
      return results;
    },
  },
});

describeModes(
  "a claim that is reassessed",
  (bed) => {
    const ask = async (id: string, times: number, early?: ReviewAnswer) => {
      await bed().call("Askers", "keepOpen", id);
      return bed().call("Askers", "ask", { id, times, ...(early && { early }) });
    };

    it("begins again for all who ask about it, and is open for a person's answer then", async () => {
      expect(await ask("two", 2)).toEqual([{ reassess: true }, { reassess: true }]);
      await expect(bed().call("Askers", "reassess", "two")).rejects.toThrow("Nobody is asked");
      await bed().call("Review", "answer", { outcome: "approve" }, { key: "two" });
    });

    it("is decided by the person who answered before it was reassessed", async () => {
      for (const early of [{ outcome: "approve" }, { outcome: "deny" }] as const)
        expect(await ask(early.outcome, 1, early)).toEqual([{ answer: early }]);
    });
  },
  { services: () => [askers, reviewService] },
);
