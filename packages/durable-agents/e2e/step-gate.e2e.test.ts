// Steps that fail beside others: whatever Restate retries, each effect happens once, and nothing waits for ever.

import { setTimeout } from "node:timers/promises";
import { describeModes, EffectCounter } from "@holdfast/testing";
import { type Context, service, TerminalError } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { DurableContext } from "../src/index.ts";

const effects = new EffectCounter();
const soon = { initialRetryInterval: 5, maxRetryInterval: 10 };

/** One attempt of a step: counts it, works for a while, and fails the first few times. */
async function attempt(name: string, ms: number, failures = 0): Promise<string> {
  const attempts = effects.hit(`${name} attempts`);
  await setTimeout(ms);
  if (attempts <= failures) throw new Error(`planned failure ${attempts} of ${name}`);
  effects.hit(name);
  return name;
}

const steps = service({
  name: "Steps",
  handlers: {
    besideSlowOnes: async (ctx: Context, run: string) => {
      const durable = DurableContext.from(ctx);
      const step = (name: string, ms: number, failures = 0) =>
        durable.run(name, () => attempt(`${run} ${name}`, ms, failures), soon);
      return Promise.all([
        step("fails", 2, 2),
        step("slow", 60),
        step("slower", 90),
        step("first", 1).then(() => step("later", 40)),
        step("fails too", 5, 1),
      ]);
    },
    exhausted: async (ctx: Context, run: string) => {
      const durable = DurableContext.from(ctx);
      const sibling = durable
        .run("sibling", () => attempt(`${run} sibling`, 30))
        .then(() => durable.run("after sibling", () => attempt(`${run} after sibling`, 5)));
      const caught = await durable
        .run("hopeless", () => attempt(`${run} hopeless`, 1, 1000), { ...soon, maxRetryAttempts: 3 })
        .catch((error: unknown) => (error instanceof TerminalError ? "caught" : "no terminal error"));
      const undone = await durable.run("undo", () => attempt(`${run} undo`, 1), soon);
      return [caught, undone, await sibling];
    },
    hopelessTogether: async (ctx: Context, run: string) => {
      const durable = DurableContext.from(ctx);
      const results = await Promise.allSettled(
        ["a", "b", "c"].map((name) =>
          durable.run(name, () => attempt(`${run} ${name}`, 2, 1000), { ...soon, maxRetryAttempts: 3 }),
        ),
      );
      return results.map(({ status }) => status);
    },
    awaitedLater: async (ctx: Context, run: string) => {
      const durable = DurableContext.from(ctx);
      const failing = durable.run("fails", () => {
        throw new TerminalError("fails at once");
      });
      const slow = durable.run("slow", () => attempt(`${run} slow`, 20));
      await slow;
      await durable.sleep(5);
      return failing.catch((error: unknown) => String(error));
    },
  },
  // A step that never comes to its end would hold the test until the server's own time-out of a minute.
  options: { inactivityTimeout: 2_000, abortTimeout: 2_000 },
});

describeModes(
  "steps side by side",
  (bed) => {
    it("journals the siblings of a failing step before it is retried", async () => {
      const run = `siblings ${bed().mode}`;
      await bed().call("Steps", "besideSlowOnes", run);
      const once = ["slow", "slower", "first", "later", "fails", "fails too"].map((name) => `${run} ${name}`);
      effects.expectOnce(once);
      expect(effects.count(`${run} fails attempts`)).toBe(3);
      expect(effects.count(`${run} fails too attempts`)).toBe(2);
      effects.expectOnce(["slow", "slower", "first", "later"].map((name) => `${run} ${name} attempts`));
    });

    it("goes on at once after a step that failed for good", { timeout: 20_000 }, async () => {
      const run = `exhausted ${bed().mode}`;
      const started = effects.count("none");
      expect(started).toBe(0);
      const answer = await bed().call("Steps", "exhausted", run);
      expect(answer).toEqual(["caught", `${run} undo`, `${run} after sibling`]);
      expect(effects.count(`${run} hopeless attempts`)).toBe(3);
      effects.expectOnce(["sibling", "after sibling", "undo"].map((name) => `${run} ${name} attempts`));
    });

    it("bounds the attempts of steps that fail together", { timeout: 20_000 }, async () => {
      const run = `together ${bed().mode}`;
      expect(await bed().call("Steps", "hopelessTogether", run)).toEqual([
        "rejected",
        "rejected",
        "rejected",
      ]);
      console.log(
        bed().mode,
        ["a", "b", "c"].map((name) => effects.count(`${run} ${name} attempts`)),
      );
    });

    it("keeps a failure for whoever asks later", async () => {
      expect(await bed().call("Steps", "awaitedLater", `later ${bed().mode}`)).toContain("fails at once");
    });
  },
  { services: () => [steps] },
);
