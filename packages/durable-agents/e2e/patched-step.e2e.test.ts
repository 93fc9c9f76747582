// A handler that got a new step: invocations that began before it, and after it, go on with the newer handler.

import { describeModes, serveEndpoint } from "@holdfast/testing";
import { type Context, service } from "@restatedev/restate-sdk";
import { afterAll, beforeEach, expect, it } from "vitest";
import { DurableContext } from "../src/index.ts";

/** All that the earlier handler may have done in the place of the step. */
const earlier = {
  "another step": (ctx: DurableContext) =>
    ctx.run("rate", () => {
      effects.push("rate");
      return "rate of before";
    }),
  "another operation": (ctx: DurableContext) => ctx.sleep(1).then(() => "slept"),
  nothing: () => "nothing",
};
type Earlier = keyof typeof earlier;

const effects: string[] = [];
let isPatched = false;
let asked = Promise.withResolvers<string>();
beforeEach(() => {
  effects.length = 0;
  isPatched = false;
  asked = Promise.withResolvers();
});

const pinRate = () => {
  effects.push("pin");
  return "rate of now";
};

const quotes = service({
  name: "Quotes",
  handlers: {
    ask: async (restate: Context, version: Earlier) => {
      const ctx = DurableContext.from(restate);
      const before = () => earlier[version](ctx);
      const rate = isPatched ? await ctx.runPatched("pin the rate", pinRate, before) : await before();
      const { id, promise } = ctx.awakeable<string>();
      await ctx.run("notify", () => asked.resolve(id));
      const answer = await promise;
      await ctx.run("close", () => {
        effects.push("close");
      });
      return `${rate}: ${answer}`;
    },
  },
});

describeModes(
  "a handler that got a new step",
  (bed) => {
    let restarted: Awaited<ReturnType<typeof serveEndpoint>> | undefined;
    afterAll(() => restarted?.stop());

    /** Asks for a quote; while it waits, the process is started anew. */
    const ask = async (version: Earlier, patched: { readonly before: boolean }) => {
      isPatched = patched.before;
      const answer = bed().call("Quotes", "ask", version);
      const awakeable = await asked.promise;
      await (restarted ?? bed().endpoint).stop();
      isPatched = true;
      restarted = await serveEndpoint([quotes], { port: Number(new URL(bed().endpoint.url).port) });
      await fetch(`${bed().server.ingressUrl}/restate/awakeables/${awakeable}/resolve`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '"yes"',
      });
      return answer;
    };

    it("goes on as before where it had another step", async () => {
      expect(await ask("another step", { before: false })).toBe("rate of before: yes");
      expect(effects).toEqual(["rate", "close"]);
    });

    it("goes on as before where it had another operation", async () => {
      expect(await ask("another operation", { before: false })).toBe("slept: yes");
      expect(effects).toEqual(["close"]);
    });

    it("goes on as before where it had nothing", async () => {
      expect(await ask("nothing", { before: false })).toBe("nothing: yes");
      expect(effects).toEqual(["close"]);
    });

    it("runs the new step once where it began with it", async () => {
      expect(await ask("another step", { before: true })).toBe("rate of now: yes");
      expect(effects).toEqual(["pin", "close"]);
    });
  },
  { services: () => [quotes] },
);
