// The authority matrix: plain rules, no model. They outrank whatever a model proposes.

import { type CoveragePlan, coverageOf } from "@holdfast/claims/plan";
import {
  type Claim,
  categorySchema,
  type KnownFindings,
  type Proposal,
  type Risk,
  riskSchema,
} from "@holdfast/contracts";
import { readYaml } from "@holdfast/service-kit";
import { z } from "zod";
import { objectionsTo } from "./objections.ts";

export const authorityMatrixSchema = z.strictObject({
  version: z.literal(1),
  rules: z.array(
    z.strictObject({
      categories: z.array(categorySchema).min(1).optional(),
      risk: z.array(riskSchema).min(1).optional(),
      limit: z.number().min(0).describe("The most a model may approve by itself, in US dollars"),
    }),
  ),
});
export type AuthorityMatrix = z.output<typeof authorityMatrixSchema>;

const defaultFile = new URL("./authority-matrix.yaml", import.meta.url);

/** Reads a matrix; the one that comes with Holdfast by default. */
export function readAuthorityMatrix(file: string | URL = defaultFile): AuthorityMatrix {
  return readYaml(authorityMatrixSchema, file);
}

/** The rules' decision on a proposal. */
export type Ruling =
  | { readonly kind: "approve"; readonly amount: number; readonly limit: number; readonly reasons: string[] }
  | { readonly kind: "deny"; readonly reasons: string[] }
  | { readonly kind: "refer"; readonly why: string[] };

/** The data that rule: what is covered, and what a model may approve of it. */
export interface Rules extends Readonly<Record<string, object>> {
  readonly plan: CoveragePlan;
  readonly matrix: AuthorityMatrix;
}

/**
 * Rules on a proposal, by what is known of the claim: some agents of the tour ask two assessors alone. A claim the plan does not
 * cover is denied. A model's approval holds within its authority, and never pays more than was claimed or is covered.
 * Everything else is for a person, a model's own denial too, be it the eligibility agent's.
 */
export function rule(
  { plan, matrix }: Rules,
  claim: Pick<Claim, "amount" | "category">,
  findings: KnownFindings,
  proposal: Proposal,
): Ruling {
  const { eligibility, fraud } = findings;
  const covered = coverageOf(plan, claim).eligible;
  if (eligibility && !eligibility.eligible && !covered) return { kind: "deny", reasons: eligibility.reasons };
  const limit = fraud ? limitOf(matrix, claim.category, fraud.risk) : 0;
  const why = [
    ...objectionsTo(findings, { covered }),
    fraud?.risk === "low" &&
      claim.amount > limit &&
      `The amount is above the $${limit} that may be approved without a person.`,
    proposal.outcome === "deny" && "The model would deny it, which only the plan or a person may.",
    proposal.outcome === "refer" && "The model would have a person decide.",
  ].filter((reason) => typeof reason === "string");
  if (why.length > 0 || !eligibility) return { kind: "refer", why };
  // A model that names no amount means all that is covered.
  const proposed = Number(proposal.amount.toFixed(2)) || claim.amount;
  const amount = Math.min(claim.amount, eligibility.coveredAmount, proposed);
  return { kind: "approve", amount, limit, reasons: proposal.reasons };
}

function limitOf(matrix: AuthorityMatrix, category: string, risk: Risk): number {
  const found = matrix.rules.find(
    (r) => (!r.categories || r.categories.includes(category)) && (!r.risk || r.risk.includes(risk)),
  );
  return found?.limit ?? 0;
}
