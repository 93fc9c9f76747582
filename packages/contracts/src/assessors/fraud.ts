// The finding on a claim's risk of fraud, and what points to it.

import { z } from "zod";
import { reasonsSchema } from "../reasons.ts";
import { assessor } from "./assessor.ts";

export const riskSchema = z.enum(["low", "medium", "high"]);
/** How likely a claim is fraudulent. */
export type Risk = z.output<typeof riskSchema>;

export const fraudFindingSchema = z.strictObject({
  risk: riskSchema.describe("How likely the claim is fraudulent"),
  reasons: reasonsSchema,
});
export type FraudFinding = z.output<typeof fraudFindingSchema>;

export const fraud = assessor({
  agent: "fraud",
  service: "FraudAgent",
  description: "How likely the claim is fraudulent",
  finding: fraudFindingSchema,
  summary: ({ risk }) => `risk: ${risk}`,
});
