// ParallelAgentClaimApproval: the three agents in parallel, then the decision agent.

import { parallelAgentClaimApprovalContract } from "@holdfast/contracts";
import { DurableContext } from "@holdfast/durable-agents";
import { categoriesOf } from "@holdfast/plan";
import { implement } from "@restatedev/restate-sdk";
import { assess } from "./assess.ts";
import { rule } from "./authority-matrix.ts";
import { checkClaim } from "./check-claim.ts";
import type { AgentOptions } from "./claim.ts";
import { decisionAgent, propose } from "./decision-agent.ts";
import { renderRuling } from "./render-ruling.ts";

export function parallelAgentService({ models, ...rules }: AgentOptions) {
  const agent = decisionAgent(models.model);
  const categories = categoriesOf(rules.plan);
  return implement(parallelAgentClaimApprovalContract, {
    handlers: {
      run: async (restate, claim) => {
        const ctx = DurableContext.from(restate);
        await checkClaim(ctx, claim, categories);
        const findings = await assess(ctx, claim);
        const proposal = await propose(ctx, agent, models, claim, findings);
        return renderRuling(rule(rules, claim, findings, proposal));
      },
    },
  });
}
