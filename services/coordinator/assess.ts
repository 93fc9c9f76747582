// The three agents assess a claim side by side, each in its own service.

import {
  type Claim,
  eligibilityAgentContract,
  type Findings,
  fraudAgentContract,
  rateComparisonAgentContract,
} from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";

export async function assess(ctx: DurableContext, claim: Claim, claimId?: string): Promise<Findings> {
  const assessment = claimId === undefined ? claim : { ...claim, claimId };
  const [eligibility, rates, fraud] = await Promise.all([
    ctx.client(eligibilityAgentContract).run(assessment),
    ctx.client(rateComparisonAgentContract).run(assessment),
    ctx.client(fraudAgentContract).run(assessment),
  ]);
  return { eligibility, rates, fraud };
}
