import { describe, expect, it } from "vitest";
import { Drain } from "./drain.ts";

/** Starts a step under the drain's hook; `finish` ends it. */
function startStep(drain: Drain): { finish: () => void; started: () => boolean; ended: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let started = false;
  // The hook looks at nothing of the request.
  const run = drain.hooks({ request: {} as never }).interceptor?.run;
  const ended = run?.("step", () => {
    started = true;
    return promise;
  });
  return { finish: resolve, started: () => started, ended: ended ?? Promise.reject(new Error("no hook")) };
}

describe("Drain", () => {
  it("is settled at once when nothing runs", async () => {
    expect(await new Drain().settled(5_000)).toBe(true);
  });

  it("waits for a running step", async () => {
    const drain = new Drain();
    const step = startStep(drain);
    const settled = drain.settled(5_000);
    step.finish();
    await step.ended;
    expect(await settled).toBe(true);
  });

  it("gives up when the time is over, and lets no new step start near the end", async () => {
    const drain = new Drain();
    const running = startStep(drain);
    expect(await drain.settled(100)).toBe(false);
    const late = startStep(drain);
    expect(running.started()).toBe(true);
    expect(late.started()).toBe(false);
  });
});
