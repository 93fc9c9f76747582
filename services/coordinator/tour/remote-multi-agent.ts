// RemoteMultiAgentClaimApproval: a model that calls the eligibility and fraud agents as tools, and decides.

import { isDeepStrictEqual } from "node:util";
import {
  type Claim,
  claimSchema,
  eligibilityAgentContract,
  eligibilityFindingSchema,
  fraudAgentContract,
  fraudFindingSchema,
  parseJson,
  remoteMultiAgentClaimApprovalContract,
  stored,
} from "@holdfast/contracts";
import { DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { remoteAgentTool } from "@holdfast/durable-agents/remote-agents";
import { Agent, type RunItem } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import type { z } from "zod";
import { admitClaim } from "../claim/admit-claim.ts";
import type { AgentOptions } from "../claim/claim.ts";
import { rule } from "../decision/authority-matrix.ts";
import { modelProposalSchema, toProposal } from "../decision/decision-agent.ts";
import { remoteMultiAgentInstructions } from "../instructions.ts";
import { renderRuling } from "./render-ruling.ts";

const CHECK_ELIGIBILITY = "check_eligibility";
const CHECK_FRAUD = "check_fraud";

// A strict tool schema has no optional fields; the tour's claims have these five.
const toolClaimSchema = claimSchema.pick({
  date: true,
  category: true,
  reason: true,
  amount: true,
  placeOfService: true,
});

type ToolClaim = z.output<typeof toolClaimSchema>;

const eligibilityReader = stored(eligibilityFindingSchema);
const fraudReader = stored(fraudFindingSchema);

/** What the handler gives the agent's tools. */
interface ToolContext {
  readonly claim: Claim;
}

// A remote agent tool, but for what the model cannot tell: whose claim it is. Without, the claim would have no history.
const checkFraud = durableTool<typeof toolClaimSchema, ToolContext>({
  name: CHECK_FRAUD,
  description: "Analyzes how likely the claim is fraudulent.",
  parameters: toolClaimSchema,
  execute: (asked, ctx, run) => {
    const claim = run?.context.claim;
    const about = claim && isDeepStrictEqual(asked, toToolClaim(claim)) ? claim : asked;
    return ctx.client(fraudAgentContract).run(about);
  },
});

export function remoteMultiAgentService({ models, ...current }: AgentOptions) {
  const agent = new Agent<ToolContext, typeof modelProposalSchema>({
    name: "ClaimApprovalCoordinator",
    model: models.model,
    instructions: remoteMultiAgentInstructions,
    tools: [
      remoteAgentTool(eligibilityAgentContract, {
        name: CHECK_ELIGIBILITY,
        description: "Analyzes whether the plan covers the claim.",
        handler: "run",
        parameters: toolClaimSchema,
      }),
      checkFraud,
    ],
    outputType: modelProposalSchema,
  });
  return implement(remoteMultiAgentClaimApprovalContract, {
    handlers: {
      run: async (restate, claim) => {
        const ctx = DurableContext.from(restate);
        const { rules } = await admitClaim(ctx, claim, current);
        const result = await new DurableRunner(ctx, models).run(agent, JSON.stringify(claim), {
          context: { claim },
        });
        // What the agents found counts, not what the model says they found.
        const asked = toToolClaim(claim);
        const findings = {
          eligibility: findingOf(result.newItems, CHECK_ELIGIBILITY, eligibilityReader, asked),
          fraud: findingOf(result.newItems, CHECK_FRAUD, fraudReader, asked),
        };
        return renderRuling(rule(rules, claim, findings, toProposal(result.finalOutput)));
      },
    },
  });
}

// A model can call a tool with another claim than the one at hand; what it learns there does not count here.
function findingOf<S extends z.ZodType>(
  items: readonly RunItem[],
  tool: string,
  schema: S,
  claim: ToolClaim,
): z.output<S> | undefined {
  const aboutThisClaim = new Set(
    items.flatMap(({ rawItem: call }) =>
      call?.type === "function_call" && call.name === tool && isAbout(claim, call.arguments)
        ? [call.callId]
        : [],
    ),
  );
  for (const item of items) {
    if (item.type !== "tool_call_output_item" || item.rawItem.type !== "function_call_result") continue;
    if (!aboutThisClaim.has(item.rawItem.callId)) continue;
    const parsed = schema.safeParse(item.output);
    if (parsed.success) return parsed.data;
  }
  return undefined;
}

function isAbout(claim: ToolClaim, toolArguments: string): boolean {
  try {
    return isDeepStrictEqual(parseJson(toolClaimSchema, toolArguments), claim);
  } catch {
    // A model can write what is no JSON, or no claim. Its tool has told it so.
    return false;
  }
}

function toToolClaim({ date, category, reason, amount, placeOfService }: Claim): ToolClaim {
  return { date, category, reason, amount, placeOfService };
}
