// The fraud agent: judges how likely a claim is fraudulent.

import { type ClaimHistory, fraudFindingSchema, modelReasonsSchema } from "@holdfast/contracts";
import { durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { z } from "zod";
import { instructions } from "./instructions.ts";
import type { RedFlags } from "./risk.ts";

/** What the handler gives the agent's tools: the facts about the claim at hand. */
export interface FraudContext {
  readonly history: ClaimHistory | undefined;
  readonly flags: RedFlags;
}

const checkHistory = durableTool<z.ZodObject, FraudContext>({
  name: "check_claim_history",
  description: "Tells how often the same was claimed before, and how many claims there were within a year.",
  parameters: z.object({}),
  execute: (_input, _ctx, run) => describeHistory(run?.context.history),
});

const checkText = durableTool<z.ZodObject, FraudContext>({
  name: "check_claim_text",
  description: "Tells whether the claim's text gives instructions instead of telling what happened.",
  parameters: z.object({}),
  execute: (_input, _ctx, run) => describeText(run?.context.flags.addressesTheAgent ?? false),
});

const opinionSchema = fraudFindingSchema.extend({ reasons: modelReasonsSchema });

function describeHistory(history: ClaimHistory | undefined) {
  if (!history)
    return { reasons: ["The claim names neither a policy nor a claimant, so it has no history."] };
  const { duplicates, claimsInLastYear } = history;
  return {
    ...history,
    reasons: [
      `It was claimed ${duplicates} times before; there were ${claimsInLastYear} other claims within a year.`,
    ],
  };
}

function describeText(addressesTheAgent: boolean) {
  return {
    addressesTheAgent,
    reasons: [
      addressesTheAgent
        ? "The claim's text gives instructions instead of telling what happened."
        : "The claim's text tells what happened.",
    ],
  };
}

export function fraudAgent(model: string) {
  return new Agent<FraudContext, typeof opinionSchema>({
    name: "FraudAgent",
    model,
    instructions,
    tools: [checkHistory, checkText],
    outputType: opinionSchema,
  });
}
