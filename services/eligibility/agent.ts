// The eligibility agent: finds out whether the coverage plan covers a claim, and how far.

import { type CoveragePlan, coverageOf } from "@holdfast/claims/plan";
import { assessmentSchema, eligibilityFindingSchema, modelReasonsSchema } from "@holdfast/contracts";
import { durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { z } from "zod";
import { instructions } from "./instructions.ts";

const opinionSchema = eligibilityFindingSchema.extend({
  coveredAmount: z.number().describe("The most the plan pays for this claim, in US dollars"),
  reasons: modelReasonsSchema,
});

/** What the handler gives the agent's tool: the plan that the claim is assessed by. */
export interface EligibilityContext {
  readonly plan: CoveragePlan;
}

const factsSchema = assessmentSchema.pick({ category: true, amount: true });

const lookUpCoverage = durableTool<typeof factsSchema, EligibilityContext>({
  name: "look_up_coverage",
  description: "Looks up what the coverage plan says about a claim's category and amount.",
  parameters: factsSchema,
  execute: (claim, _ctx, run) => {
    if (!run) throw new Error("The tool needs the run's context.");
    return coverageOf(run.context.plan, claim);
  },
});

export function eligibilityAgent(model: string) {
  return new Agent<EligibilityContext, typeof opinionSchema>({
    name: "EligibilityAgent",
    model,
    instructions,
    tools: [lookUpCoverage],
    outputType: opinionSchema,
  });
}
