// The control of the random graphs: the same kind of run straight on Restate's context breaks. If it ever passes,
// the property proves nothing any more.

import { startTestBed, type TestBed } from "@holdfast/testing";
import { type ModelProvider, Runner, tool } from "@openai/agents-core";
import type { Context } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { GraphEffects, graphService, PLANNED_FAILURE, remote, remoteService } from "./graph-service.ts";
import type { Graph, StepPlan } from "./random-graph.ts";
import { SdkWarnings } from "./sdk-warnings.ts";

const effects = new GraphEffects();
const warnings = new SdkWarnings(PLANNED_FAILURE);
let bed: TestBed;

const onBareContext = graphService(effects, (ctx) => ({
  operations: () => ({
    run: (name, action, options) => ctx.run(name, action, options),
    sleep: (ms) => ctx.sleep(ms),
    remote: (input) => ctx.client(remote).work(input),
  }),
  tool: (name, execute) => tool({ name, description: "Works", parameters: z.object({}), execute }),
  runAgent: async ({ agent, models }) => {
    const runner = new Runner({ tracingDisabled: true, modelProvider: journaled(ctx, models) });
    return String((await runner.run(agent, "go")).finalOutput);
  },
}));

function journaled(ctx: Context, models: ModelProvider): ModelProvider {
  return {
    getModel: async (name) => {
      const model = await models.getModel(name);
      return {
        getResponse: (request) => ctx.run("model", () => model.getResponse(request)),
        getStreamedResponse: (request) => model.getStreamedResponse(request),
      };
    },
  };
}

beforeAll(async () => {
  bed = await startTestBed("always-replay", {
    services: () => [onBareContext, remoteService(effects)],
    endpoint: { logger: warnings.logger },
  });
});
afterAll(() => bed?.stop());

function graph(calls: number): Graph {
  const step = (id: string, ms: number): StepPlan => ({ kind: "step", id, ms, failures: 0, bounded: false });
  const names = Array.from({ length: calls }, (_, n) => `call${n}`);
  return {
    streams: false,
    timeout: false,
    agent: {
      id: "a0",
      modelFailures: 0,
      inputGuardrails: [],
      outputGuardrails: [],
      turns: [
        names.map((name, n) => ({
          kind: "tool",
          name,
          approval: null,
          work: {
            kind: "sequence",
            of: [step(`${name} first`, 3 * (calls - n)), step(`${name} then`, 2), step(`${name} last`, n)],
          },
        })),
      ],
    },
  };
}

it("runs one tool call at a time on Restate's own context", async () => {
  expect(await bed.call("Graphs", "run", { run: "one", graph: graph(1) })).toBe("a0 is done");
  expect(warnings.lines).toEqual([]);
});

it("cannot run eight of them side by side", async () => {
  // One run may be lucky, and come to its end after it failed a few times.
  const runs = ["first", "second", "third"];
  await Promise.all(runs.map((run) => bed.send("Graphs", "run", { run, graph: graph(8) })));
  expect(await warnings.first).toMatch(/awaitNext already pending|journal mismatch/i);
});
