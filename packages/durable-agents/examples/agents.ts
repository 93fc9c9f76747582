import { currentDurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent, type InputGuardrail } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

const rates = durableTool({
  name: "usual_cost",
  description: "What a treatment of this category usually costs.",
  parameters: z.object({ category: z.string() }),
  execute: ({ category }, ctx) =>
    ctx.run("rate table", () => {
      console.log("asked the rate table");
      return { category, usual_cost: 2800 };
    }),
});

// Used as a tool: it answers the agent that asked, which goes on.
const actuary = new Agent({
  name: "Actuary",
  instructions: "You know what treatments cost. Look it up and say it in one sentence.",
  model: "gpt-5-mini",
  tools: [rates],
});

const decision = z.object({ outcome: z.enum(["approve", "refer"]), reason: z.string() });

// Handed off to: it takes the conversation over, and its output is the run's.
const medical = new Agent({
  name: "Medical",
  handoffDescription: "Decides medical claims.",
  instructions: `You decide medical claims. Ask what such treatments cost, then approve the claim, or refer one that is far
above that or above 50000 dollars.`,
  model: "gpt-5-mini",
  outputType: decision,
  tools: [actuary.asTool({ toolName: "ask_actuary", toolDescription: "Asks what treatments cost." })],
});
const motor = new Agent({
  name: "Motor",
  handoffDescription: "Decides motor claims.",
  instructions: "You refer every claim to a person.",
  model: "gpt-5-mini",
  outputType: decision,
});

// Guardrails and callbacks are given no context: they ask for the run's.
const notSuspended: InputGuardrail = {
  name: "not suspended",
  runInParallel: false, // before the first model call, not beside it
  execute: async ({ input }) => {
    const suspended = await currentDurableContext().run("suspended policies", () => ["P-13"]);
    const found = suspended.some((policy) => JSON.stringify(input).includes(policy));
    return { tripwireTriggered: found, outputInfo: {} };
  },
};

const intake = Agent.create({
  name: "Intake",
  instructions:
    "You route insurance claims: those about a treatment to Medical, those about a vehicle to Motor.",
  model: "gpt-5-mini",
  handoffs: [medical, motor],
  inputGuardrails: [notSuspended],
});

const claims = restate.service({
  name: "ClaimIntake",
  handlers: {
    decide: async (ctx: restate.Context, claim: { policy: string; category: string; amount: number }) => {
      const result = await new DurableRunner(ctx).run(intake, JSON.stringify(claim));
      return { decidedBy: result.lastAgent?.name, decision: result.finalOutput };
    },
  },
});

restate.serve({ services: [claims] }); // at port 9080, or PORT
