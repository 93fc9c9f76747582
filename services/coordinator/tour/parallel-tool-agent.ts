// ParallelToolClaimAgent: a model decides; its one tool has the claim assessed by three agents in parallel.

import { type Claim, type KnownFindings, parallelToolClaimAgentContract } from "@holdfast/contracts";
import { DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { z } from "zod";
import { admitClaim, type PinnedClaim } from "../claim/admit-claim.ts";
import { assess } from "../claim/assess.ts";
import type { AgentOptions } from "../claim/claim.ts";
import { rule } from "../decision/authority-matrix.ts";
import { modelProposalSchema, toProposal } from "../decision/decision-agent.ts";
import { parallelToolInstructions } from "../instructions.ts";
import { renderRuling } from "./render-ruling.ts";

/** What the handler gives the tool, and the tool the handler. */
interface ToolContext {
  readonly claim: Claim;
  readonly pinned: PinnedClaim;
  findings?: KnownFindings;
}

const noArguments = z.object({});

// The claim at hand, and no other that a model might make up.
const assessClaim = durableTool<typeof noArguments, ToolContext>({
  name: "assess_claim",
  description: "Checks the claim's eligibility, its cost and its fraud risk.",
  parameters: noArguments,
  execute: async (_none, ctx, run) => {
    if (!run) throw new Error("The tool needs the run's context.");
    run.context.findings = await assess(ctx, run.context.pinned, run.context.claim);
    return run.context.findings;
  },
});

export function parallelToolAgentService({ models, ...current }: AgentOptions) {
  const agent = new Agent<ToolContext, typeof modelProposalSchema>({
    name: "ParallelToolClaimAgent",
    model: models.model,
    instructions: parallelToolInstructions,
    tools: [assessClaim],
    outputType: modelProposalSchema,
  });
  return implement(parallelToolClaimAgentContract, {
    handlers: {
      run: async (restate, claim) => {
        const ctx = DurableContext.from(restate);
        const pinned = await admitClaim(ctx, claim, current);
        const context: ToolContext = { claim, pinned };
        const { finalOutput } = await new DurableRunner(ctx, models).run(agent, JSON.stringify(claim), {
          context,
        });
        return renderRuling(rule(pinned.rules, claim, context.findings ?? {}, toProposal(finalOutput)));
      },
    },
  });
}
