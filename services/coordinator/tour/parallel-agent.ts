// ParallelAgentClaimApproval: the three agents in parallel, then the decision agent.

import { parallelAgentClaimApprovalContract } from "@holdfast/contracts";
import { DurableContext } from "@holdfast/durable-agents";
import { implement } from "@restatedev/restate-sdk";
import { admitClaim } from "../claim/admit-claim.ts";
import { assess } from "../claim/assess.ts";
import type { AgentOptions } from "../claim/claim.ts";
import { rule } from "../decision/authority-matrix.ts";
import { decisionAgent, propose } from "../decision/decision-agent.ts";
import { renderRuling } from "./render-ruling.ts";

export function parallelAgentService({ models, ...current }: AgentOptions) {
  const agent = decisionAgent(models.model);
  return implement(parallelAgentClaimApprovalContract, {
    handlers: {
      run: async (restate, claim) => {
        const ctx = DurableContext.from(restate);
        const pinned = await admitClaim(ctx, claim, current);
        const findings = await assess(ctx, pinned, claim);
        const proposal = await propose(ctx, agent, models, claim, findings);
        return renderRuling(rule(pinned.rules, claim, findings, proposal));
      },
    },
  });
}
