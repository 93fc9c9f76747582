// The coverage plan as data, and what follows from it for a claim.

import { type Claim, categorySchema, type EligibilityFinding } from "@holdfast/contracts";
import { readYaml } from "@holdfast/service-kit";
import { Big } from "big.js";
import { z } from "zod";

const coverageSchema = z.discriminatedUnion("covered", [
  z.strictObject({
    covered: z.literal(true),
    pays: z.number().positive().max(1).describe("Share of the bill"),
    limit: z.number().positive().describe("The most that is paid for one claim, in US dollars"),
  }),
  z.strictObject({ covered: z.literal(false), why: z.string().min(1) }),
]);

export const coveragePlanSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1),
  categories: z
    .record(categorySchema, coverageSchema)
    .refine((categories) => Object.keys(categories).length > 0, "needs at least one category"),
});
export type CoveragePlan = z.output<typeof coveragePlanSchema>;

/** The plan that comes with Holdfast. */
export const defaultCoveragePlanFile = new URL("../data/coverage-plan.yaml", import.meta.url);

/** Reads a plan; the one that comes with Holdfast by default. @throws Error naming what is wrong in it */
export function readCoveragePlan(file: string | URL = defaultCoveragePlanFile): CoveragePlan {
  return readYaml(coveragePlanSchema, file);
}

/** The slugs of the plan's categories, sorted. */
export function categoriesOf(plan: CoveragePlan): string[] {
  return Object.keys(plan.categories).sort();
}

/** The part of a claim that the plan covers. A category it does not know is not covered. */
export function coverageOf(
  plan: CoveragePlan,
  claim: Pick<Claim, "category" | "amount">,
): EligibilityFinding {
  const coverage = Object.hasOwn(plan.categories, claim.category) && plan.categories[claim.category];
  if (!coverage) {
    return { eligible: false, coveredAmount: 0, reasons: [`The plan has no category ${claim.category}.`] };
  }
  if (!coverage.covered) return { eligible: false, coveredAmount: 0, reasons: [`${coverage.why}.`] };
  const share = new Big(claim.amount).times(coverage.pays).round(2);
  const limited = share.gt(coverage.limit);
  return {
    eligible: true,
    coveredAmount: limited ? coverage.limit : share.toNumber(),
    reasons: [
      `The plan covers ${claim.category} at ${new Big(coverage.pays).times(100)}% of the bill.`,
      ...(limited ? [`It pays at most $${coverage.limit} for one claim.`] : []),
    ],
  };
}
