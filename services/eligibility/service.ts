// EligibilityAgent on Restate.

import { keepRules, pinRules, reporting } from "@holdfast/claims";
import { type CoveragePlan, coverageOf } from "@holdfast/claims/plan";
import { clipReasons, eligibilityAgentContract } from "@holdfast/contracts";
import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { implement } from "@restatedev/restate-sdk";
import { eligibilityAgent } from "./agent.ts";

export function eligibilityService(plan: CoveragePlan, models: AgentModels) {
  const agent = eligibilityAgent(models.model);
  return implement(eligibilityAgentContract, {
    handlers: {
      run: async (restate, { claimId, ...claim }) => {
        const ctx = DurableContext.from(restate);
        const pinned = await pinRules(ctx, { rules: { plan }, settings: {} }, {});
        keepRules(ctx, pinned);
        const { rules } = pinned;
        return reporting(ctx, claimId, "eligibility", async () => {
          const { finalOutput } = await new DurableRunner(ctx, {
            ...models,
            ...(claimId !== undefined && { groupId: claimId }),
          }).run(agent, JSON.stringify(claim), { context: rules });
          const facts = coverageOf(rules.plan, claim);
          // The model may be stricter than the plan, never more generous, whatever a claim's text told it.
          const eligible = facts.eligible && finalOutput?.eligible === true;
          return {
            eligible,
            coveredAmount: eligible ? facts.coveredAmount : 0,
            reasons:
              finalOutput?.eligible === facts.eligible ? clipReasons(finalOutput.reasons) : facts.reasons,
          };
        });
      },
    },
  });
}
