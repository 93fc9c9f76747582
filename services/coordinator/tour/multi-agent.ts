// MultiAgentClaimApproval: an intake agent hands the claim to a specialist, with whom the session's next claims go on.

import { multiAgentClaimApprovalContract, type Proposal } from "@holdfast/contracts";
import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import { RestateSession } from "@holdfast/durable-agents/sessions";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { admitClaim } from "../claim/admit-claim.ts";
import type { AgentOptions } from "../claim/claim.ts";
import type { Ruling } from "../decision/authority-matrix.ts";
import { modelProposalSchema, toProposal } from "../decision/decision-agent.ts";
import { intakeInstructions, specialistInstructions, specialists } from "../instructions.ts";
import { renderRuling } from "./render-ruling.ts";

/** Lines of business beside health, whose categories are the coverage plan's. */
const OTHER_LINES = ["auto", "property"];

const LAST_AGENT = "last_agent_name";

function specialistAgent(specialist: (typeof specialists)[number], model: string) {
  return new Agent({
    name: specialist.name,
    model,
    handoffDescription: `Decides on ${specialist.decidesOn}.`,
    instructions: specialistInstructions(specialist),
    outputType: modelProposalSchema,
  });
}

export function multiAgentService({ models, ...rules }: AgentOptions) {
  const experts = specialists.map((specialist) => specialistAgent(specialist, models.model));
  const intake = Agent.create({
    name: "IntakeAgent",
    model: models.model,
    instructions: intakeInstructions,
    handoffs: experts,
  });
  return implement(multiAgentClaimApprovalContract, {
    handlers: {
      run: async (restate, claim) => {
        const ctx = DurableContext.from(restate);
        await admitClaim(ctx, claim, rules, OTHER_LINES);
        const last = await ctx.get<string>(LAST_AGENT);
        const session = new RestateSession(ctx);
        const runner = new DurableRunner(ctx, { ...models, groupId: restate.key });
        const expert = experts.find(({ name }) => name === last);
        const input = JSON.stringify(claim);
        const { lastAgent, finalOutput } = expert
          ? await runner.run(expert, input, { session })
          : await runner.run(intake, input, { session });
        const specialist = specialists.find(({ name }) => name === lastAgent?.name);
        if (specialist) ctx.set(LAST_AGENT, specialist.name);
        const proposal = toProposal(modelProposalSchema.safeParse(finalOutput).data);
        return `${lastAgent?.name}: ${renderRuling(ruled(proposal, claim.amount, specialist?.limit ?? 0))}`;
      },
    },
    options: { enableLazyState: true },
  });
}

/** The specialist's authority outranks the model. */
function ruled({ outcome, amount, reasons }: Proposal, claimed: number, limit: number): Ruling {
  if (outcome === "deny") return { kind: "deny", reasons };
  if (outcome === "refer" || claimed > limit) return { kind: "refer", why: reasons };
  return { kind: "approve", amount: Math.min(amount, claimed), limit, reasons };
}
