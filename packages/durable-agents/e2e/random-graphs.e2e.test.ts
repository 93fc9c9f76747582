// Whatever a run is made of, its replays issue the same operations in the same order: random runs, on a server that
// replays the whole journal at every step.

import { startTestBed, type TestBed, testSeed } from "@holdfast/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { currentDurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { GraphEffects, graphService, PLANNED_FAILURE, remote, remoteService } from "./graph-service.ts";
import { type Graph, graphs, plannedEffects } from "./random-graph.ts";
import { SdkWarnings } from "./sdk-warnings.ts";

const RUNS = Number(process.env.GRAPH_RUNS ?? 50);
const RUN_TIMEOUT_MS = 20_000;

const effects = new GraphEffects();
const warnings = new SdkWarnings(PLANNED_FAILURE);
let bed: TestBed;

const onTheLibrary = graphService(effects, (ctx) => ({
  operations: () => {
    const durable = currentDurableContext();
    return {
      run: (name, action, options) => durable.run(name, action, options),
      sleep: (ms) => durable.sleep(ms),
      remote: (input) => durable.client(remote).work(input),
    };
  },
  tool: (name, execute) =>
    durableTool({ name, description: "Works", parameters: z.object({}), execute: () => execute() }),
  runAgent: async (agent, modelProvider, streams) => {
    const runner = new DurableRunner(ctx, { modelProvider, initialRetryInterval: 2 });
    if (!streams) return String((await runner.run(agent, "go")).finalOutput);
    const result = await runner.run(agent, "go", { stream: true });
    for await (const _event of result);
    await result.completed;
    return String(result.finalOutput);
  },
}));

beforeAll(async () => {
  bed = await startTestBed("always-replay", {
    services: () => [onTheLibrary, remoteService(effects)],
    endpoint: { logger: warnings.logger },
  });
});
afterAll(() => bed?.stop());

it("runs any graph to its end with each effect once, whatever is replayed", {
  timeout: 600_000,
}, async () => {
  const seed = testSeed();
  let runs = 0;
  let done = 0;
  const runGraph = async (graph: Graph): Promise<void> => {
    const run = `run${runs++}`;
    const id = await bed.send("Graphs", "run", { run, graph });
    try {
      await orFail(bed.attach(id));
    } catch (error) {
      await bed.cancel(id).catch(() => {});
      throw error;
    }
    const planned = plannedEffects(graph);
    expect(effects.of(run)).toEqual(
      Object.fromEntries(
        [...planned].map(([name, failures]) => [name, { attempts: failures + 1, successes: 1 }]),
      ),
    );
    expect(warnings.lines).toEqual([]);
    done += planned.size;
  };
  await fc.assert(fc.asyncProperty(graphs(), runGraph), {
    seed,
    numRuns: RUNS,
    // A failing graph costs a time-out; a few of them are enough to make it smaller.
    interruptAfterTimeLimit: 300_000,
  });
  const attempts = bed.endpoint.attempts("Graphs", "run");
  console.info(`${runs} runs, ${done} effects, ${attempts - runs} replays, no mismatch`);
  expect(attempts).toBeGreaterThan(runs);
});

function orFail<T>(result: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("The run did not end in time.")), RUN_TIMEOUT_MS);
  const mismatch = warnings.first.then((line) => Promise.reject(new Error(line)));
  return Promise.race([result, promise, mismatch]).finally(() => clearTimeout(timer));
}
