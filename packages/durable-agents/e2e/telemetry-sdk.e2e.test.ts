// The Agents SDK's own exporter gets nothing of a durable run: it would send each span once for every replay, to whoever it
// is for.

import { type Simulator, startSimulator } from "@holdfast/simulator";
import { describeModes } from "@holdfast/testing";
import { Agent, setTraceProcessors, setTracingDisabled, type TracingProcessor } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { DurableContext, DurableRunner, openAIModels } from "../src/index.ts";
import { emittedSpans } from "./telemetry/emitted-spans.ts";

const got: string[] = [];
const exporting: TracingProcessor = {
  onTraceStart: async (trace) => void got.push(trace.name),
  onTraceEnd: async () => {},
  onSpanStart: async (span) => void got.push(span.spanData.type),
  onSpanEnd: async () => {},
  shutdown: async () => {},
  forceFlush: async () => {},
};
beforeAll(() => {
  // It is off in tests.
  setTracingDisabled(false);
  setTraceProcessors([exporting]);
});

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator?.stop());

const agent = new Agent({ name: "Agent", instructions: "agent", model: "m" });
const asking = service({
  name: "Asking",
  handlers: {
    run: async (restate: Context) => {
      const ctx = DurableContext.from(restate);
      // Steps after it run outside of the run that they are for.
      await ctx.date.now();
      // The SDK's own model, which traces each of its calls.
      const modelProvider = openAIModels({ apiKey: "simulator", baseURL: `${simulator.url}/v1` });
      return (await new DurableRunner(ctx, { modelProvider }).run(agent, "go")).finalOutput;
    },
  },
});

const emitted = emittedSpans();
beforeEach(() => emitted.reset());

describeModes(
  "the SDK's exporter",
  (bed) => {
    it("gets nothing of a durable run", async () => {
      await bed().call("Asking", "run");
      expect(emitted.named("chat m")).toHaveLength(1);
      expect(got).toEqual([]);
    });
  },
  { services: () => [asking], endpoint: { defaultServiceOptions: { hooks: [emitted.hooks] } } },
);
