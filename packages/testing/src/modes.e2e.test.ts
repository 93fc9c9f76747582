import * as restate from "@restatedev/restate-sdk";
import { beforeEach, expect, it } from "vitest";
import { EffectCounter } from "./effects.ts";
import { describeModes } from "./modes.ts";

const effects = new EffectCounter();
beforeEach(() => effects.reset());

const threeSteps = restate.service({
  name: "ThreeSteps",
  handlers: {
    run: async (ctx: restate.Context, input: string) => {
      for (const step of ["first", "second", "third"]) {
        await ctx.run(step, () => {
          effects.hit(step);
        });
      }
      return `${input} done`;
    },
  },
});

describeModes(
  "a service of three steps",
  (bed) => {
    it("does each effect once, however often it is replayed", async () => {
      expect(await bed().call("ThreeSteps", "run", "claim")).toBe("claim done");
      expect(effects.snapshot()).toEqual({ first: 1, second: 1, third: 1 });
      const attempts = bed().endpoint.attempts("ThreeSteps", "run");
      if (bed().mode === "default") expect(attempts).toBe(1);
      else expect(attempts).toBeGreaterThan(1);
    });
  },
  { services: () => [threeSteps] },
);
