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

export function rateComparisonAgent(rates: StandardRates, model: string) {
  const lookUpRate = durableTool({
    name: "compare_to_standard_rate",
    description: "Compares an amount to the standard rate of its category at a place of service.",
    parameters: assessmentSchema.pick({ category: true, amount: true, placeOfService: true }),
    execute: (claim) => compareToStandardRate(rates, claim),
  });
  return new Agent({
    name: "RateComparisonAgent",
    model,
    instructions,
    tools: [lookUpRate],
    outputType: opinionSchema,
  });
}
