import { setImmediate } from "node:timers/promises";
import { testSeed } from "@holdfast/testing";
import { TerminalError } from "@restatedev/restate-sdk";
import fc from "fast-check";
import { expect, it } from "vitest";
import { StepGate } from "./step-gate.step.ts";

/** All that can happen has happened: the gate itself waits for one turn. */
async function quiescence(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

/** Steps whose actions end when the test says so; `log` is what has happened. */
function useGate() {
  const gate = new StepGate();
  const log: string[] = [];
  const begin = (name: string) => {
    const cancelled = new AbortController();
    const action = Promise.withResolvers<void>();
    const ended = gate
      .run(cancelled.signal, () => {
        log.push(`${name} runs`);
        return action.promise;
      })
      .then(
        () => void log.push(`${name} has succeeded`),
        (error: Error) => void log.push(`${name} has failed: ${error.message}`),
      );
    return {
      ...action,
      ended,
      cancel: () => cancelled.abort(),
      settled: () => gate.settled(cancelled.signal),
    };
  };
  return { begin, log };
}

it("holds a failure back until the steps beside it have ended", async () => {
  const { begin, log } = useGate();
  const [failing, slow] = [begin("failing"), begin("slow")];
  await quiescence();
  failing.reject(new Error("down"));
  await quiescence();
  expect(log).toEqual(["failing runs", "slow runs"]);
  slow.resolve();
  await failing.ended;
  expect(log.slice(2)).toEqual(["slow has succeeded", "failing has failed: down"]);
});

it("lets no step start while a failure is under way", async () => {
  const { begin, log } = useGate();
  const [failing, slow] = [begin("failing"), begin("slow")];
  await quiescence();
  failing.reject(new Error("down"));
  await quiescence();
  const next = begin("next");
  slow.resolve();
  await failing.ended;
  await quiescence();
  expect(log).not.toContain("next runs");
  failing.settled();
  next.resolve();
  await next.ended;
  expect(log.slice(-2)).toEqual(["next runs", "next has succeeded"]);
});

it("lets what is terminal through at once", async () => {
  const { begin, log } = useGate();
  const [failing, slow] = [begin("failing"), begin("slow")];
  await quiescence();
  failing.reject(new TerminalError("no"));
  await failing.ended;
  expect(log).toEqual(["failing runs", "slow runs", "failing has failed: no"]);
  slow.resolve();
});

it("waits for no step that was cancelled, and runs none that was cancelled before", async () => {
  const { begin, log } = useGate();
  const [failing, endless] = [begin("failing"), begin("endless")];
  await quiescence();
  failing.reject(new Error("down"));
  const next = begin("next");
  next.cancel();
  endless.cancel();
  await failing.ended;
  failing.settled();
  await next.ended;
  expect(log).not.toContain("next runs");
  expect(log).toContain("next has failed: The step was cancelled.");
  expect(log).toContain("failing has failed: down");
});

const happenings = fc.array(
  fc.record({
    kind: fc.constantFrom("begin", "begin", "succeed", "fail", "fail for good", "cancel"),
    step: fc.nat(20),
  }),
  { minLength: 5, maxLength: 40 },
);

it("loses no result and starts no step while a failure is held back, whatever happens in which order", () =>
  fc.assert(
    fc.asyncProperty(happenings, async (happens) => {
      const attempt = new RandomAttempt();
      for (const { kind, step } of happens) {
        attempt.happen(kind, step);
        await quiescence();
        if (attempt.isOver) break;
      }
      await attempt.finish();
      expect(attempt.wrong).toEqual([]);
    }),
    { seed: testSeed() },
  ));

/** One step of an attempt, and how far it is. */
interface RandomStep {
  state: "waiting" | "running" | "held back" | "cancelled" | "has a result";
  readonly result: PromiseWithResolvers<string>;
  /** What it has, for its caller. */
  outcome?: string;
  readonly cancel: () => void;
}

/** Steps that end as the test says; `wrong` is what must not be. */
class RandomAttempt {
  readonly wrong: string[] = [];
  /** A failure has passed the gate: Restate ends the attempt. */
  isOver = false;
  readonly #gate = new StepGate();
  readonly #steps: RandomStep[] = [];

  happen(kind: string, number: number): void {
    if (kind === "begin") this.#begin();
    else this.#end(kind, number);
  }

  #end(kind: string, number: number): void {
    const among = this.#steps.filter(
      ({ state }) => state === "running" || (kind === "cancel" && state !== "has a result"),
    );
    const step = among[number % among.length];
    if (step === undefined) return;
    if (kind === "cancel") {
      step.cancel();
      return;
    }
    step.state = kind === "fail" ? "held back" : "has a result";
    if (kind === "succeed") step.result.resolve("done");
    else step.result.reject(kind === "fail" ? new Error("down") : new TerminalError("no"));
  }

  /** Lets all that runs succeed, until nothing does. */
  async finish(): Promise<void> {
    for (let left = this.#steps.length; left >= 0; left--) {
      for (let i = 0; i < this.#steps.length; i++) this.happen("succeed", i);
      await quiescence();
    }
    for (const { state, outcome } of this.#steps) {
      if (state === "has a result" && outcome !== "done" && outcome !== "no")
        this.wrong.push("a result is lost");
      if (state === "waiting" && !this.isOver) this.wrong.push("a step never started");
      if (state === "held back" && outcome !== "down") this.wrong.push("a failure never passed");
    }
  }

  #begin(): void {
    const cancelled = new AbortController();
    const settled = () => this.#gate.settled(cancelled.signal);
    const step: RandomStep = {
      state: "waiting",
      result: Promise.withResolvers(),
      cancel: () => {
        step.state = "cancelled";
        cancelled.abort();
        settled();
      },
    };
    this.#steps.push(step);
    const action = () => {
      if (step.state === "cancelled") this.wrong.push("a cancelled step started");
      if (this.#has("held back")) this.wrong.push("a step started under a failure");
      step.state = "running";
      return step.result.promise;
    };
    this.#gate.run(cancelled.signal, action).then(
      (outcome) => {
        step.outcome = outcome;
        settled();
      },
      (error: Error) => {
        step.outcome = error.message;
        if (step.state !== "held back") return settled();
        if (this.#has("running")) this.wrong.push("a failure passed while a step was running");
        this.isOver = true;
      },
    );
  }

  #has(state: RandomStep["state"]): boolean {
    return this.#steps.some((step) => step.state === state);
  }
}
