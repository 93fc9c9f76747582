// All assessing agents look at a claim side by side, each in its own service.

import {
  type AssessorHandlers,
  assessors,
  type Claim,
  type Findings,
  findingsSchema,
  parse,
} from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import { CancelledError } from "@restatedev/restate-sdk";

/** @throws TerminalError when one of them failed for good; the others are cancelled then, as nobody waits for them */
export async function assess(ctx: DurableContext, claim: Claim, claimId?: string): Promise<Findings> {
  const assessment = claimId === undefined ? claim : { ...claim, claimId };
  const names = Object.keys(assessors);
  const calls = Object.values(assessors).map(({ contract }) =>
    ctx.client<AssessorHandlers>(contract).run(assessment),
  );
  try {
    const findings = await Promise.all(calls);
    return parse(findingsSchema, Object.fromEntries(names.map((name, i) => [name, findings[i]])));
  } catch (error) {
    // Restate itself cancels the calls of an invocation that is cancelled.
    if (!(error instanceof CancelledError)) {
      for (const call of calls) ctx.cancel(await call.invocationId);
    }
    throw error;
  }
}
