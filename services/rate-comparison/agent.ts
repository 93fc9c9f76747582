// The rate comparison agent: judges whether an amount is reasonable for what was done, and where.

import { assessmentSchema, modelReasonsSchema, rateFindingSchema } from "@holdfast/contracts";
import { durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { z } from "zod";
import { instructions } from "./instructions.ts";
import { compareToStandardRate, type StandardRates } from "./standard-rates.ts";

const opinionSchema = rateFindingSchema.extend({
  standardRate: z.number().describe("The standard rate, in US dollars"),
  ratio: z.number().describe("The amount claimed, as a multiple of the standard rate"),
  reasons: modelReasonsSchema,
});

/** What the handler gives the agent's tool: the rates that the claim is assessed by. */
export interface RateComparisonContext {
  readonly rates: StandardRates;
}

const factsSchema = assessmentSchema.pick({ category: true, amount: true, placeOfService: true });

const lookUpRate = durableTool<typeof factsSchema, RateComparisonContext>({
  name: "compare_to_standard_rate",
  description: "Compares an amount to the standard rate of its category at a place of service.",
  parameters: factsSchema,
  execute: (claim, _ctx, run) => {
    if (!run) throw new Error("The tool needs the run's context.");
    return compareToStandardRate(run.context.rates, claim);
  },
});

export function rateComparisonAgent(model: string) {
  return new Agent<RateComparisonContext, typeof opinionSchema>({
    name: "RateComparisonAgent",
    model,
    instructions,
    tools: [lookUpRate],
    outputType: opinionSchema,
  });
}
