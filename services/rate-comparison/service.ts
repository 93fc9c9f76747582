// RateComparisonAgent on Restate.

import { keepRules, pinRules, reporting } from "@holdfast/claims";
import { clipReasons, rateComparisonAgentContract } from "@holdfast/contracts";
import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { implement } from "@restatedev/restate-sdk";
import { rateComparisonAgent } from "./agent.ts";
import { compareToStandardRate, type StandardRates } from "./standard-rates.ts";

export function rateComparisonService(rates: StandardRates, models: AgentModels) {
  const agent = rateComparisonAgent(models.model);
  return implement(rateComparisonAgentContract, {
    handlers: {
      run: async (restate, { claimId, ...claim }) => {
        const ctx = DurableContext.from(restate);
        const pinned = await pinRules(ctx, { rules: { rates }, settings: {} }, {});
        keepRules(ctx, pinned);
        const { rules } = pinned;
        return reporting(ctx, claimId, "rate-comparison", async () => {
          const { finalOutput } = await new DurableRunner(ctx, {
            ...models,
            ...(claimId !== undefined && { groupId: claimId }),
          }).run(agent, JSON.stringify(claim), { context: rules });
          const facts = compareToStandardRate(rules.rates, claim);
          // The figures are the table's; the model may find the amount unreasonable where the table does not.
          return {
            ...facts,
            reasonable: facts.reasonable && finalOutput?.reasonable === true,
            reasons:
              finalOutput?.reasonable === facts.reasonable ? clipReasons(finalOutput.reasons) : facts.reasons,
          };
        });
      },
    },
  });
}
