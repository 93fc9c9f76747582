// Checks a claim's category, by the plan, its date, by the journaled clock, and its id, which is no part of the body.

import { type Claim, categoryProblem, claimIdSchema, dateProblem } from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import { TerminalError } from "@restatedev/restate-sdk";

/** @throws TerminalError 422 for an unknown category, 400 for a date in the future; neither repeats the value */
export async function checkClaim(
  ctx: DurableContext,
  claim: Claim,
  categories: readonly string[],
): Promise<void> {
  const unknown = categoryProblem(claim, categories);
  if (unknown) throw refusal(unknown.field, unknown.rule, 422);
  const early = dateProblem(claim, await ctx.date.now());
  if (early) throw refusal(early.field, early.rule, 400);
}

/** @throws TerminalError 400 for an id that the agents would not take */
export function checkClaimId(claimId: string): void {
  const { error } = claimIdSchema.safeParse(claimId);
  if (error) throw refusal("claimId", error.issues[0]?.message ?? "", 400);
}

function refusal(field: string, rule: string, errorCode: number): TerminalError {
  return new TerminalError(`${field}: ${rule}`, { errorCode });
}
