import { testSeed } from "@holdfast/testing";
import { PauseError, RetryableError, TerminalError } from "@restatedev/restate-sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RetryBounds, withBoundedRetries } from "./durable-steps.ts";
import { journalingFailure } from "./step-gate.step.ts";

const alive = new AbortController().signal;

/** Runs a step that fails with each of these in turn, and then succeeds. */
async function retrying(bounds: RetryBounds, ...failures: readonly Error[]) {
  const left = [...failures];
  const waits: number[] = [];
  let attempts = 0;
  const action = () => {
    attempts++;
    const failure = left.shift();
    if (failure) throw failure;
    return "done";
  };
  const outcome = await withBoundedRetries(
    bounds,
    (retryIn) => journalingFailure(action, alive, retryIn),
    async (ms) => void waits.push(ms),
  ).catch((error: unknown) => error);
  return { outcome, attempts, waits };
}

const down = () => new Error("down");

describe("withBoundedRetries", () => {
  it("waits longer each time, up to the longest wait", async () => {
    const bounds = {
      maxRetryAttempts: 9,
      initialRetryInterval: 100,
      maxRetryInterval: { milliseconds: 500 },
    };
    expect(await retrying(bounds, down(), down(), down(), down())).toEqual({
      outcome: "done",
      attempts: 5,
      waits: [100, 200, 400, 500],
    });
  });

  it("waits by a factor of its own", async () => {
    const bounds = { maxRetryAttempts: 9, initialRetryInterval: 10, retryIntervalFactor: 3 };
    expect((await retrying(bounds, down(), down(), down())).waits).toEqual([10, 30, 90]);
  });

  it("waits as long as the failure asks for, also longer than the longest wait", async () => {
    const busy = new RetryableError("busy", { retryAfter: { seconds: 7 } });
    const bounds = { maxRetryAttempts: 3, maxRetryInterval: 1_000 };
    expect(await retrying(bounds, busy)).toEqual({ outcome: "done", attempts: 2, waits: [7_000] });
  });

  it("ends with the last failure when its attempts are used up, and does not wait any more", async () => {
    const { outcome, attempts, waits } = await retrying(
      { maxRetryAttempts: 2 },
      down(),
      new Error("still down"),
    );
    expect(outcome).toBeInstanceOf(TerminalError);
    expect(outcome).toMatchObject({ message: "still down", metadata: {} });
    expect({ attempts, waits }).toEqual({ attempts: 2, waits: [50] });
  });

  it("ends before a wait that would be longer than the time it has", async () => {
    const bounds = { maxRetryAttempts: 9, initialRetryInterval: 1_000, maxRetryDuration: { seconds: 2 } };
    const { outcome, waits } = await retrying(bounds, down(), down(), down());
    expect(outcome).toBeInstanceOf(TerminalError);
    expect(waits).toEqual([1_000]);
  });

  it.each([
    ["what is terminal", new TerminalError("no", { errorCode: 404 })],
    ["what pauses the invocation", new PauseError("later")],
  ])("passes on %s at once", async (_name, error) => {
    expect(await retrying({ maxRetryAttempts: 9 }, error)).toEqual({
      outcome: error,
      attempts: 1,
      waits: [],
    });
  });

  it("counts no failure of an attempt that is over anyway", async () => {
    const error = down();
    const attempt = journalingFailure(
      () => Promise.reject(error),
      AbortSignal.abort(),
      () => 1,
    );
    await expect(attempt).rejects.toBe(error);
  });

  it.each([
    [3, 1, "done", [50, 100]],
    [1, 9, expect.any(TerminalError), []],
  ])(
    "goes by the bounds of %s attempts that it failed with when they are %s on a replay",
    async (then, now, outcome, waits) => {
      const left = [down(), down()];
      const journal: (() => Promise<string>)[] = [];
      const action = () => {
        const failure = left.shift();
        if (failure) throw failure;
        return "done";
      };
      await withBoundedRetries(
        { maxRetryAttempts: then },
        (retryIn) => {
          const result = journalingFailure(action, alive, retryIn);
          journal.push(() => result);
          return result;
        },
        async () => {},
      ).catch(() => {});
      const replayed: number[] = [];
      const again = await withBoundedRetries(
        { maxRetryAttempts: now },
        () => journal.shift()?.() ?? Promise.reject(new Error("is not in the journal")),
        async (ms) => void replayed.push(ms),
      ).catch((error: unknown) => error);
      expect({ again, replayed }).toEqual({ again: outcome, replayed: waits });
    },
  );

  it("makes as many attempts as it may, and waits before each as its options or its failure ask for", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.integer({ min: 1, max: 5_000 })), { maxLength: 12 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 2_000 }),
        async (
          retryAfters,
          maxRetryAttempts,
          initialRetryInterval,
          retryIntervalFactor,
          maxRetryInterval,
        ) => {
          const bounds = { maxRetryAttempts, initialRetryInterval, retryIntervalFactor, maxRetryInterval };
          const failures = retryAfters.map((ms) =>
            ms === null ? down() : new RetryableError("busy", { retryAfter: { milliseconds: ms } }),
          );
          const { outcome, attempts, waits } = await retrying(bounds, ...failures);
          const retries = Math.min(failures.length, maxRetryAttempts - 1);
          expect(attempts).toBe(retries + 1);
          expect(outcome).toEqual(failures.length > retries ? expect.any(TerminalError) : "done");
          let backoff = initialRetryInterval;
          const expected = retryAfters.slice(0, retries).map((ms) => {
            const wait = ms ?? Math.min(backoff, maxRetryInterval);
            backoff *= retryIntervalFactor;
            return wait;
          });
          expect(waits).toEqual(expected);
        },
      ),
      { seed: testSeed() },
    ));
});
