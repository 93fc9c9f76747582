// Whatever a run is made of, its replays issue the same operations in the same order: random runs, on a server that
// replays the whole journal at every step.

import { startTestBed, type TestBed, testSeed } from "@holdfast/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { approvals } from "../src/approvals/index.ts";
import { currentDurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { restateSpan } from "../src/internal.ts";
import {
  GraphEffects,
  graphService,
  type PersonsAnswer,
  PLANNED_FAILURE,
  remote,
  remoteService,
} from "./graph-service.ts";
import { graphs, plannedEffects, plannedSpans } from "./random-graph.ts";
import { SdkWarnings } from "./sdk-warnings.ts";
import { emittedSpans, expectSound } from "./telemetry/emitted-spans.ts";

/** How many graphs; more of them for a longer search. */
const RUNS = Number(process.env.GRAPH_RUNS ?? 50);
const RUN_TIMEOUT_MS = 20_000;

const effects = new GraphEffects();
const warnings = new SdkWarnings(PLANNED_FAILURE);
const emitted = emittedSpans();
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
  tool: (name, execute, needsApproval) =>
    durableTool({
      name,
      description: "Works",
      parameters: z.object({}),
      needsApproval,
      execute: () => execute(),
    }),
  runAgent: async ({ agent, models, graph, ask }) => {
    const runner = new DurableRunner(ctx, {
      modelProvider: models,
      initialRetryInterval: 2,
      plugins: [
        approvals({
          request: async ({ id, tool, insteadOf }) =>
            answerLater(id, await ask(tool, insteadOf !== undefined)),
          retry: { initialRetryInterval: 2, maxRetryInterval: 10 },
          ...(graph.timeout && { timeout: { hours: 1 } }),
        }),
      ],
    });
    if (!graph.streams) return String((await runner.run(agent, "go")).finalOutput);
    const result = await runner.run(agent, "go", { stream: true });
    for await (const _event of result);
    await result.completed;
    return String(result.finalOutput);
  },
}));

let answers = 0;

// As a person would: on their own time, and not the run's.
function answerLater(awakeable: string, { ms, answer }: PersonsAnswer): void {
  answers++;
  setTimeout(() => void bed.resolveAwakeable(awakeable, answer), ms);
}

beforeAll(async () => {
  bed = await startTestBed("always-replay", {
    services: () => [onTheLibrary, remoteService(effects)],
    endpoint: { logger: warnings.logger, defaultServiceOptions: { hooks: [emitted.hooks] } },
  });
});
afterAll(() => bed?.stop());

// A journal that does not fit the handler is retried for ever: the SDK's warning of it is the failure.
async function answer(id: string): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("The run did not end in time.")), RUN_TIMEOUT_MS);
  const warning = warnings.first.then((line) => Promise.reject(new Error(line)));
  try {
    await Promise.race([bed.attach(id), warning, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

it("runs any graph to its end with each effect once and each span emitted once, whatever is replayed", {
  timeout: 900_000,
}, async () => {
  let runs = 0;
  let done = 0;
  const property = fc.asyncProperty(graphs(), async (graph) => {
    const run = `run${runs++}`;
    const id = await bed.send("Graphs", "run", { run, graph });
    await answer(id);
    const planned = plannedEffects(graph);
    const expected = [...planned].map(([name, failures]) => [name, { attempts: failures + 1, successes: 1 }]);
    expect(effects.of(run)).toEqual(Object.fromEntries(expected));
    const spans = emitted.all().filter((span) => span.spanContext().traceId === restateSpan(id).traceId);
    expect(spans.map(({ name }) => name).sort()).toEqual(plannedSpans(graph));
    expectSound(spans, restateSpan(id).traceId);
    emitted.reset();
    done += planned.size;
  });
  await fc.assert(property, {
    seed: testSeed(),
    numRuns: RUNS,
    // A graph that fails may cost its time-out each time: what was found until then is small enough.
    interruptAfterTimeLimit: RUNS * RUN_TIMEOUT_MS * 0.05,
  });
  const replays = bed.endpoint.attempts("Graphs", "run") - runs;
  console.info(`${runs} runs, ${done} effects, ${answers} approvals, ${replays} replays, no mismatch`);
  expect(answers).toBeGreaterThan(0);
  expect(replays).toBeGreaterThan(runs);
  expect(warnings.lines).toEqual([]);
});
