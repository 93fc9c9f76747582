// The finding on an amount beside the standard rate of its category and place of service.

import { z } from "zod";
import { dollars } from "../dollars.ts";
import { reasonsSchema } from "../reasons.ts";
import { assessor } from "./assessor.ts";

export const rateFindingSchema = z.strictObject({
  reasonable: z.boolean().describe("Whether the amount is within the tolerance of the standard rate"),
  standardRate: z.number().min(0).describe("The standard rate, in US dollars"),
  ratio: z.number().min(0).describe("The amount claimed, as a multiple of the standard rate"),
  reasons: reasonsSchema,
});
export type RateFinding = z.output<typeof rateFindingSchema>;

export const rateComparison = assessor({
  agent: "rate-comparison",
  service: "RateComparisonAgent",
  description: "How the amount compares to standard rates",
  finding: rateFindingSchema,
  summary: ({ reasonable, ratio, standardRate }) =>
    `reasonable: ${reasonable ? "yes" : "no"}, ${ratio.toFixed(2)} × the standard rate of ${dollars(standardRate)}`,
});
