// Steps that fail beside others: whatever is retried, each effect happens once, each step gets its own number of
// attempts, and nothing waits for ever.

import { setTimeout } from "node:timers/promises";
import { describeModes, EffectCounter } from "@holdfast/testing";
import { type Context, type RunOptions, service, TerminalError } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { DurableContext } from "../src/index.ts";

const effects = new EffectCounter();
const soon: RunOptions<string> = { initialRetryInterval: 5, maxRetryInterval: 10 };
const hopeless = Number.POSITIVE_INFINITY;

interface Step {
  readonly name: string;
  readonly ms: number;
  readonly failures?: number;
  readonly options?: RunOptions<string>;
}

/** A function that runs steps: each counts its attempts and its effect, works for a while, and fails the first few times. */
function stepsOf(ctx: Context, run: string) {
  const durable = DurableContext.from(ctx);
  return ({ name, ms, failures = 0, options = {} }: Step): Promise<string> =>
    durable.run(
      name,
      async () => {
        const attempts = effects.hit(`${run} ${name} attempts`);
        await setTimeout(ms);
        if (attempts <= failures) throw new Error(`planned failure ${attempts} of ${name}`);
        effects.hit(`${run} ${name}`);
        return name;
      },
      { ...soon, ...options },
    );
}

function outcome(step: Promise<string>): Promise<string> {
  return step.catch((error: unknown) =>
    error instanceof TerminalError ? `terminal: ${error.message}` : `not terminal: ${error}`,
  );
}

const steps = service({
  name: "Steps",
  handlers: {
    besideSlowOnes: async (ctx: Context, run: string) => {
      const step = stepsOf(ctx, run);
      return Promise.all([
        step({ name: "fails", ms: 2, failures: 2 }),
        step({ name: "slow", ms: 60 }),
        step({ name: "slower", ms: 90 }),
        step({ name: "first", ms: 1 }).then(() => step({ name: "later", ms: 40 })),
        step({ name: "fails too", ms: 5, failures: 1 }),
      ]);
    },
    bounded: async (ctx: Context, run: string) => {
      const step = stepsOf(ctx, run);
      const options = { maxRetryAttempts: 3 };
      return Promise.all([
        outcome(step({ name: "recovers", ms: 1, failures: 2, options })),
        outcome(step({ name: "fails", ms: 3, failures: hopeless, options })),
        outcome(step({ name: "fails too", ms: 3, failures: hopeless, options })),
        step({ name: "flaky", ms: 2, failures: 4 }),
        step({ name: "first", ms: 4 }).then(() => step({ name: "later", ms: 4, failures: 3 })),
      ]);
    },
    outOfTime: async (ctx: Context, run: string) => {
      const step = stepsOf(ctx, run);
      const sibling = step({ name: "sibling", ms: 30 }).then(() => step({ name: "after sibling", ms: 5 }));
      const failed = await outcome(
        step({ name: "fails", ms: 1, failures: hopeless, options: { maxRetryDuration: 1 } }),
      );
      const undone = await step({ name: "undo", ms: 1 });
      return [failed, undone, await sibling];
    },
    awaitedLater: async (ctx: Context, run: string) => {
      const step = stepsOf(ctx, run);
      const failing = step({ name: "fails", ms: 0, failures: hopeless, options: { maxRetryAttempts: 1 } });
      await step({ name: "slow", ms: 20 });
      return outcome(failing);
    },
  },
});

describeModes(
  "steps side by side",
  (bed) => {
    const nameOf = (test: string) => `${test} ${bed().mode}`;
    const attempts = (run: string, name: string) => effects.count(`${run} ${name} attempts`);

    it("journals the siblings of a failing step before it is retried", async () => {
      const run = nameOf("siblings");
      await bed().call("Steps", "besideSlowOnes", run);
      const once = ["slow", "slower", "first", "later"];
      effects.expectOnce([...once, "fails", "fails too"].map((name) => `${run} ${name}`));
      effects.expectOnce(once.map((name) => `${run} ${name} attempts`));
      expect(attempts(run, "fails")).toBe(3);
      expect(attempts(run, "fails too")).toBe(2);
    });

    it("gives each bounded step its own attempts, whatever fails or succeeds beside it", async () => {
      const run = nameOf("bounded");
      expect(await bed().call("Steps", "bounded", run)).toEqual([
        "recovers",
        "terminal: planned failure 3 of fails",
        "terminal: planned failure 3 of fails too",
        "flaky",
        "later",
      ]);
      effects.expectOnce(["recovers", "flaky", "first", "later"].map((name) => `${run} ${name}`));
      const counts = ["recovers", "fails", "fails too", "flaky", "later"].map((name) => attempts(run, name));
      expect(counts).toEqual([3, 3, 3, 5, 4]);
    });

    // A handler that is stuck would hold the test until the server's own time-outs, which are minutes.
    it("goes on after a step that Restate let fail for good", { timeout: 20_000 }, async () => {
      const run = nameOf("out of time");
      const [failed, ...others] = await bed().call<string[]>("Steps", "outOfTime", run);
      expect(failed).toMatch(/^terminal: planned failure/);
      expect(others).toEqual(["undo", "after sibling"]);
      effects.expectOnce(["sibling", "after sibling", "undo"].map((name) => `${run} ${name} attempts`));
    });

    it("keeps a failure for whoever asks later", async () => {
      const unhandled: unknown[] = [];
      const note = (reason: unknown) => unhandled.push(reason);
      process.on("unhandledRejection", note);
      try {
        const answer = await bed().call("Steps", "awaitedLater", nameOf("later"));
        expect(answer).toBe("terminal: planned failure 1 of fails");
        // Each of them would have ended the service's process.
        expect(unhandled).toEqual([]);
      } finally {
        process.off("unhandledRejection", note);
      }
    });
  },
  { services: () => [steps] },
);
