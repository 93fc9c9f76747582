import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { agentTelemetry, DerivedIds } from "@holdfast/durable-agents/telemetry";
import { Agent } from "@openai/agents-core";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

// Prints each span. To send them, put OpenTelemetry's BatchSpanProcessor and OTLP exporter here.
const printing = new SimpleSpanProcessor({
  export: (spans, done) => {
    for (const { name } of spans) console.log(`span: ${name}`);
    done({ code: 0 });
  },
  shutdown: async () => {},
});

const ids = new DerivedIds();
const provider = new BasicTracerProvider({ idGenerator: ids, spanProcessors: [printing] });
const telemetry = agentTelemetry({ ids, tracer: provider.getTracer("claims") });

const lookUp = durableTool({
  name: "look_up_rate",
  description: "What a treatment of this category usually costs.",
  parameters: z.object({ category: z.string() }),
  execute: ({ category }, ctx) => ctx.run("rate table", () => ({ category, usual_cost: 2800 })),
});

const assessor = new Agent({
  name: "Assessor",
  instructions:
    "You assess claims. Look up the usual cost first; refer a claim that is far above it, and approve the others.",
  model: "gpt-5-mini",
  tools: [lookUp],
  outputType: z.object({ decision: z.enum(["approve", "refer"]) }),
});

const claims = restate.service({
  name: "TracedClaims",
  handlers: {
    assess: async (ctx: restate.Context, claim: { id: string; category: string; amount: number }) => {
      // The Agents SDK's own name for what a run is part of: `gen_ai.conversation.id`.
      const runner = new DurableRunner(ctx, { groupId: claim.id });
      const { finalOutput } = await runner.run(assessor, JSON.stringify(claim));
      await ctx.sleep({ seconds: 2 }); // kill the process now: nothing is emitted twice
      return finalOutput;
    },
  },
});

restate.serve({ services: [claims], defaultServiceOptions: { hooks: [telemetry.hooks] } });
