// The rules of a claim beyond its schema: they need a clock and the coverage plan.

import type { Claim } from "./claim.ts";
import type { Problem } from "./json-serde.ts";

// Where a day begins first: UTC+14, the Line Islands.
const EARLIEST_ZONE_MS = 14 * 60 * 60 * 1000;

/**
 * The problem of a claim whose date is after today everywhere on earth.
 *
 * @param now in milliseconds since 1970
 */
export function dateProblem({ date }: Pick<Claim, "date">, now: number): Problem | undefined {
  const latest = new Date(now + EARLIEST_ZONE_MS).toISOString().slice(0, "YYYY-MM-DD".length);
  return date > latest ? { field: "date", rule: "must not be in the future" } : undefined;
}

/** The problem of a claim whose category is none of those that are taken. */
export function categoryProblem(
  { category }: Pick<Claim, "category">,
  categories: readonly string[],
): Problem | undefined {
  if (categories.includes(category)) return undefined;
  return { field: "category", rule: `must be one of ${categories.join(", ")}` };
}
