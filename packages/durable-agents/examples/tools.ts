import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

const claim = z.object({ policyNumber: z.string(), category: z.string(), amount: z.number() });

// Stands for a call of one of the insurer's systems.
async function lookUp<T>(system: string, answer: T): Promise<T> {
  console.log(`asked ${system}`);
  return answer;
}

const checkCoverage = durableTool({
  name: "check_coverage",
  description: "Whether the policy covers a claim of this category.",
  parameters: claim.pick({ policyNumber: true, category: true }),
  execute: ({ category }, ctx) =>
    ctx.run("policy system", () =>
      lookUp("policy system", { covered: category !== "cosmetic", deductible: 250 }),
    ),
});

// One tool, two steps at once. The model may call both tools in one turn: then all three steps are under way together.
const assessRisk = durableTool({
  name: "assess_risk",
  description: "The fraud risk of a claim, and what such a treatment usually costs.",
  parameters: claim.pick({ category: true, amount: true }),
  execute: async ({ amount }, ctx) => {
    const retries = { maxRetryAttempts: 3, initialRetryInterval: 100 };
    const [fraud, rates] = await Promise.all([
      ctx.run("fraud model", () => lookUp("fraud model", { fraudScore: amount > 10_000 ? 80 : 5 }), retries),
      ctx.run("rate table", () => lookUp("rate table", { usualCost: 2800 }), retries),
    ]);
    return { ...fraud, ...rates };
  },
});

const assessor = new Agent({
  name: "Assessor",
  instructions: `You assess health insurance claims. Use all of your tools, then approve, deny or refer the claim and say why.
Deny what is not covered. Refer to a person when the fraud score is above 50 or the amount far above the usual cost.`,
  model: "gpt-5-mini",
  modelSettings: { parallelToolCalls: true },
  tools: [checkCoverage, assessRisk],
});

const claims = restate.service({
  name: "HealthClaims",
  handlers: {
    assess: async (ctx: restate.Context, input: z.infer<typeof claim>) =>
      (await new DurableRunner(ctx).run(assessor, JSON.stringify(input))).finalOutput,
  },
});

restate.serve({ services: [claims] }); // at port 9080, or PORT
