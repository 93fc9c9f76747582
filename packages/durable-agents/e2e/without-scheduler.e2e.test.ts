// The control of the random graphs: the same kind of run straight on Restate's context breaks. If it ever passes,
// the property proves nothing any more.

import { startTestBed, type TestBed, waitForStatus } from "@holdfast/testing";
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
  runAgent: async (agent, models) => {
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

const step = (id: string, ms: number): StepPlan => ({ kind: "step", id, ms, failures: 0 });

const twoTools: Graph = {
  streams: false,
  agent: {
    id: "a",
    modelFailures: 0,
    inputGuardrails: [],
    outputGuardrails: [],
    turns: [
      ["x", "y", "z"].map((name, n) => ({
        kind: "tool",
        name,
        work: { kind: "sequence", of: [step(`${name}1`, 5 * (3 - n)), step(`${name}2`, 0), step(`${name}3`, 3)] },
      })),
    ],
  },
};

it("fails on Restate's bare context", async () => {
  const id = await bed.send("Graphs", "run", { run: "bare", graph: twoTools });
  const first = await warnings.first;
  console.log(warnings.lines);
  const row = await waitForStatus(bed.server, id, ({ last_failure }) => last_failure !== undefined);
  console.log(row);
  await bed.cancel(id);
});
