// The decision agent: weighs the findings and proposes an outcome, which the authority matrix bounds.

import {
  type Claim,
  clipReasons,
  type KnownFindings,
  modelReasonsSchema,
  type Proposal,
  proposalSchema,
} from "@holdfast/contracts";
import { type DurableContext, DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { z } from "zod";
import { decisionInstructions } from "../instructions.ts";

/** A proposal as the schema of a model's output. */
export const modelProposalSchema = proposalSchema.extend({
  amount: z.number().describe("The amount to pay, in US dollars; 0 unless approved"),
  reasons: modelReasonsSchema,
});

/** A model's output as a proposal; without an output, a person decides. */
export function toProposal(output: z.output<typeof modelProposalSchema> | undefined): Proposal {
  if (!output) return { outcome: "refer", amount: 0, reasons: ["The decision agent gave no answer."] };
  return { ...output, amount: Math.max(0, output.amount), reasons: clipReasons(output.reasons) };
}

export function decisionAgent(model: string) {
  return new Agent({
    name: "ClaimDecisionAgent",
    model,
    instructions: decisionInstructions,
    outputType: modelProposalSchema,
  });
}

/** @param about a `note` tells the agent what changed since it was asked before; `claimId` is of a claim that has one */
export async function propose(
  ctx: DurableContext,
  agent: ReturnType<typeof decisionAgent>,
  models: AgentModels,
  claim: Claim,
  findings: KnownFindings,
  about: { readonly note?: string | undefined; readonly claimId?: string } = {},
): Promise<Proposal> {
  const { note, claimId } = about;
  const input = JSON.stringify({ claim, findings, ...(note && { note }) });
  const { finalOutput } = await new DurableRunner(ctx, {
    ...models,
    ...(claimId !== undefined && { groupId: claimId }),
  }).run(agent, input);
  return toProposal(finalOutput);
}
