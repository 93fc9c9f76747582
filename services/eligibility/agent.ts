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

export function eligibilityAgent(plan: CoveragePlan, model: string) {
  const lookUpCoverage = durableTool({
    name: "look_up_coverage",
    description: "Looks up what the coverage plan says about a claim's category and amount.",
    parameters: assessmentSchema.pick({ category: true, amount: true }),
    execute: (claim) => coverageOf(plan, claim),
  });
  return new Agent({
    name: "EligibilityAgent",
    model,
    instructions,
    tools: [lookUpCoverage],
    outputType: opinionSchema,
  });
}
