// What a claim must be beyond its schema. It needs a clock and the coverage plan, and is checked before Restate sees it.

import type { Claim } from "@holdfast/contracts";
import { HttpProblem, invalidRequest } from "../http/problem.ts";

// Where a day begins first: UTC+14, the Line Islands.
const EARLIEST_ZONE_MS = 14 * 60 * 60 * 1000;

/** Whether it is not yet this date anywhere on earth. */
function isFuture(date: string, now: Date): boolean {
  return date > new Date(now.getTime() + EARLIEST_ZONE_MS).toISOString().slice(0, 10);
}

/** @throws HttpProblem when the claim's date is to come, or its category is none of the plan's */
export function assertAcceptable(claim: Claim, categories: readonly string[], now: Date): void {
  if (isFuture(claim.date, now)) {
    throw invalidRequest([{ field: "date", rule: "must not be in the future" }]);
  }
  if (!categories.includes(claim.category)) {
    const rule = `must be one of ${[...categories].sort().join(", ")}`;
    throw new HttpProblem("unknown-category", `category: ${rule}`, {
      errors: [{ field: "category", rule }],
    });
  }
}
