// What only the coordinator can check of a claim: its category, by the plan, and its date, by the journaled clock.

import type { Claim } from "@holdfast/contracts";
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
