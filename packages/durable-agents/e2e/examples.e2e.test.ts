// Each example of the guide runs as its reader runs it: as a process, against a real Restate and a model behind an
// OpenAI-compatible API, asked by its page's own commands, which must be answered as the page shows.

import { type Simulator, startSimulator } from "@holdfast/simulator";
import { type RestateMode, type RestateServer, startRestateServer } from "@holdfast/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ExampleRun } from "./guide/example-run.ts";
import { exampleNames } from "./guide/guide-page.ts";

interface Trial {
  /** The service whose first invocation, or last one, has the journal that the page shows. */
  readonly service: string;
  readonly journal?: "first" | "last";
  /** How many model calls there are in all; each is made once. */
  readonly modelCalls: number;
  /** How often the example prints what its effects print. */
  readonly printed?: Readonly<Record<string, number>>;
  /** What the reader does beside typing; types all commands when left out. */
  readonly follow?: (run: ExampleRun) => Promise<void>;
}

const trials: Record<string, Trial> = {
  "durable-runner": {
    service: "MotorClaims",
    modelCalls: 3,
    printed: { "inspection ordered": 2, "result fetched": 1 },
    follow: async (run) => {
      await run.next();
      await run.service.waitForLine(/inspection ordered/);
      await run.stored(6);
      await run.service.kill9();
      await run.service.restart();
      await run.next();
      await run.next();
      await run.stored(6);
      await run.next();
    },
  },
  "durable-context": {
    service: "Quotes",
    modelCalls: 0,
    printed: { "asked Atlas": 1, "asked Boreas": 2, "asked Ceres": 1 },
  },
  "model-calls": {
    service: "Glossary",
    modelCalls: 3,
    follow: async (run) => {
      await run.next();
      run.simulator.inject({ kind: "status", status: 429, retryAfterSeconds: 1 });
      await run.next();
    },
  },
  tools: {
    service: "HealthClaims",
    modelCalls: 4,
    printed: { "asked policy system": 2, "asked fraud model": 2, "asked rate table": 2 },
  },
  agents: { service: "ClaimIntake", modelCalls: 5, printed: { "asked the rate table": 1 } },
  streaming: { service: "PolicyDesk", modelCalls: 2, printed: { "audited a tool call": 1 } },
  "remote-agents": { service: "Coordinator", modelCalls: 4 },
  telemetry: {
    service: "TracedClaims",
    modelCalls: 2,
    printed: {
      "span: chat gpt-5-mini": 2,
      "span: execute_tool look_up_rate": 1,
      "span: invoke_agent Assessor": 1,
    },
  },
  sessions: {
    service: "PolicyChat",
    modelCalls: 4,
    follow: async (run) => {
      await run.next();
      await run.next();
      run.simulator.inject({ kind: "hang" });
      const asked = run.simulator.nextCall();
      await run.next();
      await asked;
    },
  },
  approvals: {
    service: "Payments",
    journal: "last",
    modelCalls: 6,
    printed: { "paid 500": 1, "paid 2400": 1, "paid 4500": 1 },
    follow: async (run) => {
      await run.next();
      await run.next();
      run.variables.APPROVAL = await run.lastWord("pay_claim waits", 1);
      await run.stored(6);
      await run.service.kill9();
      await run.service.restart();
      await run.next();
      await run.next();
      run.variables.APPROVAL = await run.lastWord("pay_claim waits", 2);
    },
  },
  compensations: {
    service: "Repairs",
    journal: "last",
    modelCalls: 3,
    printed: {
      "garage booked for 2026-03-02": 2,
      "car rented": 1,
      "car cancelled": 1,
      "garage cancelled": 1,
    },
  },
  budgets: { service: "Legal", modelCalls: 3 },
  mcp: { service: "PlanAdvice", modelCalls: 2 },
  plugins: {
    service: "NightDesk",
    modelCalls: 2,
    printed: { "denied pay_claim to Clerk": 1 },
  },
  errors: {
    service: "Policies",
    modelCalls: 8,
    follow: async (run) => {
      for (const _policy of ["P-7", "P-0", "Q7", "P-8"]) await run.next();
      run.simulator.inject({ kind: "status", status: 429, retryAfterSeconds: 1 });
    },
  },
  "race-agents": {
    service: "Research",
    modelCalls: 1,
    follow: async (run) => {
      await run.next();
      expect(await run.failureOf("Archive")).toMatch(/cancelled/i);
    },
  },
  progress: { service: "ClaimStatus", modelCalls: 2 },
  determinism: { service: "Rules", modelCalls: 2, printed: { "stored a claim": 1 } },
};

it("has a trial for each example", () => {
  expect(Object.keys(trials).sort()).toEqual(exampleNames().sort());
});

describe.each<RestateMode>(["default", "always-replay"])("the guide's examples [%s]", (mode) => {
  let server: RestateServer;
  let simulator: Simulator;
  let run: ExampleRun | undefined;
  beforeAll(async () => {
    [server, simulator] = await Promise.all([startRestateServer({ mode }), startSimulator()]);
  });
  afterEach(async (test) => {
    if (test.task.result?.state === "fail") console.error(run?.service.output().join("\n"));
    await run?.service.stop();
    run = undefined;
  });
  afterAll(async () => {
    await server?.stop();
    await simulator?.stop();
  });

  it.each(Object.entries(trials))("%s does what its page says", { timeout: 120_000 }, async (name, trial) => {
    simulator.reset();
    run = await ExampleRun.start(name, server, simulator);
    await trial.follow?.(run);
    await run.follow();

    const journal = await run.journal(trial.service, trial.journal);
    expect(run.page.journal?.toSorted()).toEqual(journal.toSorted());
    const { total, repeatedAfterAnswer } = simulator.stats();
    expect({ total, repeatedAfterAnswer }).toEqual({ total: trial.modelCalls, repeatedAfterAnswer: 0 });
    for (const [line, times] of Object.entries(trial.printed ?? {}))
      expect(run.times(line), line).toBe(times);
  });
});
