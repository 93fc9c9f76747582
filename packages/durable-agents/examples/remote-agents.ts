import { DurableRunner } from "@holdfast/durable-agents";
import { remoteAgentTool } from "@holdfast/durable-agents/remote-agents";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

// What the services agree on; in a repository of its own, both sides import it.
const claim = z.object({ category: z.string(), amount: z.number() });
type Claim = z.infer<typeof claim>;
const eligibilityContract = restate.iface.service("Eligibility", {
  run: restate.iface.json<Claim, object>(),
});
const fraudContract = restate.iface.service("Fraud", { run: restate.iface.json<Claim, object>() });

// Two agents, each a service that can be deployed and scaled alone.
const eligibilityAgent = new Agent({
  name: "Eligibility",
  instructions: "You check whether a plan covers a claim. Everything is covered but cosmetic treatment.",
  model: "gpt-5-mini",
  outputType: z.object({ excluded: z.boolean() }),
});
const fraudAgent = new Agent({
  name: "Fraud",
  instructions: "You estimate the fraud risk of a claim: high above 10000 dollars, else low.",
  model: "gpt-5-mini",
  outputType: z.object({ risk: z.enum(["low", "high"]) }),
});
const eligibility = restate.implement(eligibilityContract, {
  handlers: {
    run: async (ctx, input) =>
      (await new DurableRunner(ctx).run(eligibilityAgent, JSON.stringify(input))).finalOutput ?? {},
  },
});
const fraud = restate.implement(fraudContract, {
  handlers: {
    run: async (ctx, input) =>
      (await new DurableRunner(ctx).run(fraudAgent, JSON.stringify(input))).finalOutput ?? {},
  },
});

// The coordinator knows their contracts alone.
const coordinatorAgent = new Agent({
  name: "Coordinator",
  instructions: `You decide claims. Ask both of your tools first. Deny what the plan excludes, refer what is of high risk to a
person, approve all else, and say why.`,
  model: "gpt-5-mini",
  tools: [
    remoteAgentTool(eligibilityContract, {
      name: "check_eligibility",
      description: "Whether the plan covers the claim.",
      handler: "run",
      parameters: claim,
    }),
    remoteAgentTool(fraudContract, {
      name: "check_fraud",
      description: "The fraud risk of the claim.",
      handler: "run",
      parameters: claim,
    }),
  ],
});
const coordinator = restate.service({
  name: "Coordinator",
  handlers: {
    run: async (ctx: restate.Context, input: Claim) =>
      (await new DurableRunner(ctx).run(coordinatorAgent, JSON.stringify(input))).finalOutput,
  },
});

restate.serve({ services: [coordinator, eligibility, fraud] }); // at port 9080, or PORT
