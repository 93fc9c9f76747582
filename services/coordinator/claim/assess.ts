// The three agents assess a claim side by side, each in its own service.

import {
  type Claim,
  eligibilityAgentContract,
  type Findings,
  fraudAgentContract,
  rateComparisonAgentContract,
} from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import { CancelledError } from "@restatedev/restate-sdk";

/** @throws TerminalError when one of them failed for good; the others are cancelled then, as nobody waits for them */
export async function assess(ctx: DurableContext, claim: Claim, claimId?: string): Promise<Findings> {
  const assessment = claimId === undefined ? claim : { ...claim, claimId };
  const calls = [
    ctx.client(eligibilityAgentContract).run(assessment),
    ctx.client(rateComparisonAgentContract).run(assessment),
    ctx.client(fraudAgentContract).run(assessment),
  ] as const;
  try {
    const [eligibility, rates, fraud] = await Promise.all(calls);
    return { eligibility, rates, fraud };
  } catch (error) {
    // Restate itself cancels the calls of an invocation that is cancelled.
    if (!(error instanceof CancelledError)) {
      for (const call of calls) ctx.cancel(await call.invocationId);
    }
    throw error;
  }
}
