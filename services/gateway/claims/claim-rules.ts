// Checks what a claim must be beyond its schema, before Restate sees it.

import { type Claim, categoryProblem, dateProblem } from "@holdfast/contracts";
import { HttpProblem, invalidRequest } from "../http/problem.ts";

/** @throws HttpProblem when the claim's date is to come, or its category is none of the plan's */
export function assertAcceptable(claim: Claim, categories: readonly string[], now: Date): void {
  const early = dateProblem(claim, now.getTime());
  if (early) throw invalidRequest([early]);
  const unknown = categoryProblem(claim, categories);
  if (unknown) {
    throw new HttpProblem("unknown-category", `category: ${unknown.rule}`, { errors: [unknown] });
  }
}
