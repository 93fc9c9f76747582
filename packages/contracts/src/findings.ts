// What each agent finds out about a claim. An agent's model words the reasons; the facts come from data.

import { z } from "zod";
import { reasonsSchema } from "./reasons.ts";

/** Whether the coverage plan covers the claim, and up to which amount. */
export const eligibilityFindingSchema = z.strictObject({
  eligible: z.boolean().describe("Whether the plan covers this claim"),
  coveredAmount: z.number().min(0).describe("The most the plan pays for this claim, in US dollars"),
  reasons: reasonsSchema,
});
export type EligibilityFinding = z.output<typeof eligibilityFindingSchema>;

/** How the amount compares to the standard rate of its category and place of service. */
export const rateFindingSchema = z.strictObject({
  reasonable: z.boolean().describe("Whether the amount is within the tolerance of the standard rate"),
  standardRate: z.number().min(0).describe("The standard rate, in US dollars"),
  ratio: z.number().min(0).describe("The amount claimed, as a multiple of the standard rate"),
  reasons: reasonsSchema,
});
export type RateFinding = z.output<typeof rateFindingSchema>;

export const riskSchema = z.enum(["low", "medium", "high"]);
/** How likely a claim is fraudulent. */
export type Risk = z.output<typeof riskSchema>;

/** How likely the claim is fraudulent, and what points to it. */
export const fraudFindingSchema = z.strictObject({
  risk: riskSchema.describe("How likely the claim is fraudulent"),
  reasons: reasonsSchema,
});
export type FraudFinding = z.output<typeof fraudFindingSchema>;

/** All findings about one claim. */
export const findingsSchema = z.strictObject({
  eligibility: eligibilityFindingSchema,
  rates: rateFindingSchema,
  fraud: fraudFindingSchema,
});
export type Findings = z.output<typeof findingsSchema>;
