// FraudAgent on Restate.

import { reporting } from "@holdfast/claims";
import { type Claim, claimHistoryContract, clipReasons, fraudAgentContract } from "@holdfast/contracts";
import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { implement } from "@restatedev/restate-sdk";
import { fraudAgent } from "./agent.ts";
import { historyKey } from "./history.ts";
import { higherRisk, redFlags, riskOf } from "./risk.ts";

export function fraudService(models: AgentModels) {
  const agent = fraudAgent(models.model);
  return implement(fraudAgentContract, {
    handlers: {
      run: async (restate, { claimId, ...claim }) => {
        const ctx = DurableContext.from(restate);
        return reporting(ctx, claimId, "fraud", async () => {
          const history = await recordInHistory(ctx, claimId ?? ctx.request().id, claim);
          const flags = redFlags(claim, history);
          const { finalOutput } = await new DurableRunner(ctx, {
            ...models,
            ...(claimId !== undefined && { groupId: claimId }),
          }).run(agent, JSON.stringify(claim), {
            context: { history, flags },
          });
          const facts = riskOf(flags);
          // The model may see more risk than the facts show, never less.
          const risk = higherRisk(facts.risk, finalOutput?.risk ?? "high");
          return {
            risk,
            reasons: finalOutput?.risk === risk ? clipReasons(finalOutput.reasons) : facts.reasons,
          };
        });
      },
    },
  });
}

async function recordInHistory(ctx: DurableContext, claimId: string, claim: Claim) {
  const key = historyKey(claim);
  if (key === undefined) return undefined;
  const { date, category, amount } = claim;
  return ctx.client(claimHistoryContract, key).record({ claimId, date, category, amount });
}
