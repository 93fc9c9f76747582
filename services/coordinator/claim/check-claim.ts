// What only the coordinator can check of a claim: its category, by the plan, its date, by the journaled clock, and its
// id, which is no part of the body.

import { type Claim, claimIdSchema } from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import { TerminalError } from "@restatedev/restate-sdk";

// It may be tomorrow already where the claimant is: UTC+14 is the furthest ahead.
const FURTHEST_AHEAD_MS = 14 * 60 * 60 * 1000;

/** @throws TerminalError 422 for an unknown category, 400 for a date in the future; neither repeats the value */
export async function checkClaim(
  ctx: DurableContext,
  claim: Claim,
  categories: readonly string[],
): Promise<void> {
  if (!categories.includes(claim.category)) {
    throw new TerminalError(`category: must be one of ${categories.join(", ")}`, { errorCode: 422 });
  }
  const latest = new Date((await ctx.date.now()) + FURTHEST_AHEAD_MS)
    .toISOString()
    .slice(0, "YYYY-MM-DD".length);
  if (claim.date > latest) throw new TerminalError("date: must not be in the future", { errorCode: 400 });
}

/** @throws TerminalError 400 for an id that the agents would not take */
export function checkClaimId(claimId: string): void {
  const { error } = claimIdSchema.safeParse(claimId);
  if (error) throw new TerminalError(`claimId: ${error.issues[0]?.message}`, { errorCode: 400 });
}
