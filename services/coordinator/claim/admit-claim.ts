// Admits a claim: pins the rules and the agents that decide about it, and checks it by them and by the journaled clock.

import { keepRules, type Pinned, pinRules } from "@holdfast/claims";
import { categoriesOf } from "@holdfast/claims/plan";
import {
  assessors,
  type Claim,
  categoryProblem,
  claimIdSchema,
  dateProblem,
  type FindingName,
} from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import { TerminalError } from "@restatedev/restate-sdk";
import type { Rules } from "../decision/authority-matrix.ts";

/** The agents that assess a claim, by the names of their findings. */
export interface Assessment {
  readonly assessors: readonly FindingName[];
}

const assessment: Assessment = { assessors: Object.keys(assessors) as FindingName[] };

// Of claims that began before the agents were pinned.
const ASSESSED_BEFORE: Assessment = { assessors: ["eligibility", "rates", "fraud"] };

export type PinnedClaim = Pinned<Rules, Assessment>;

/**
 * @param rules of this process
 * @param otherCategories that are no part of the plan
 * @throws TerminalError 422 for an unknown category, 400 for a date in the future; neither repeats the value
 */
export async function admitClaim(
  ctx: DurableContext,
  claim: Claim,
  rules: Rules,
  otherCategories: readonly string[] = [],
): Promise<PinnedClaim> {
  const pinned = await pinClaim(ctx, rules);
  const categories = [...categoriesOf(pinned.rules.plan), ...otherCategories];
  const unknown = categoryProblem(claim, categories);
  if (unknown) throw refusal(unknown.field, unknown.rule, 422);
  const early = dateProblem(claim, await ctx.date.now());
  if (early) throw refusal(early.field, early.rule, 400);
  keepRules(ctx, pinned);
  return pinned;
}

/** Pins the rules of this process, and the agents that there are, for a claim that begins or begins again. */
export function pinClaim(ctx: DurableContext, rules: Rules): Promise<PinnedClaim> {
  return pinRules(ctx, { rules, settings: assessment }, ASSESSED_BEFORE);
}

/** @throws TerminalError 400 for an id that the agents would not take */
export function checkClaimId(claimId: string): void {
  const { error } = claimIdSchema.safeParse(claimId);
  if (error) throw refusal("claimId", error.issues[0]?.message ?? "", 400);
}

function refusal(field: string, rule: string, errorCode: number): TerminalError {
  return new TerminalError(`${field}: ${rule}`, { errorCode });
}
