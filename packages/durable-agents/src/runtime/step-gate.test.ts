import { setImmediate } from "node:timers/promises";
import { TerminalError } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { StepGate } from "./step-gate.ts";

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
    const step = gate.step(cancelled.signal);
    const ended = step
      .run(() => {
        log.push(`${name} runs`);
        return action.promise;
      })
      .then(
        () => void log.push(`${name} has succeeded`),
        (error: Error) => void log.push(`${name} has failed: ${error.message}`),
      );
    return { ...action, ended, cancel: () => cancelled.abort(), settled: () => step.settled() };
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
