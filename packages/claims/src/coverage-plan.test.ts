import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { categoriesOf, coverageOf, coveragePlanSchema, readCoveragePlan } from "./coverage-plan.ts";

const plan = readCoveragePlan();

describe("the plan that comes with Holdfast", () => {
  it.each([
    ["orthopedic", 3000, 3000],
    ["orthopedic", 25_000.01, 25_000],
    ["radiology", 100, 90],
    ["radiology", 0.01, 0.01],
    ["radiology", 99.99, 89.99],
    ["dental", 1000, 700],
    ["dental", 3571.43, 2500],
    ["dental", 10_000_000, 2500],
    ["pharmacy", 0.33, 0.26],
  ])("covers of %s of %d: %d", (category, amount, coveredAmount) => {
    expect(coverageOf(plan, { category, amount })).toMatchObject({ eligible: true, coveredAmount });
  });

  it("tells the share and the limit", () => {
    expect(coverageOf(plan, { category: "dental", amount: 9000 }).reasons).toEqual([
      "The plan covers dental at 70% of the bill.",
      "It pays at most $2500 for one claim.",
    ]);
    expect(coverageOf(plan, { category: "dental", amount: 100 }).reasons).toHaveLength(1);
  });

  it.each([
    ["cosmetic", "Cosmetic treatment is not part of the plan."],
    ["experimental", "Experimental treatment is not part of the plan."],
    ["alchemy", "The plan has no category alchemy."],
    ["constructor", "The plan has no category constructor."],
  ])("does not cover %s", (category, reason) => {
    expect(coverageOf(plan, { category, amount: 1 })).toEqual({
      eligible: false,
      coveredAmount: 0,
      reasons: [reason],
    });
  });

  it("lists its categories in order", () => {
    const categories = categoriesOf(plan);
    expect(categories).toEqual([...categories].sort());
    expect(categories).toContain("orthopedic");
    expect(categories).toHaveLength(17);
  });
});

it("never covers more than the bill, nor fractions of a cent", () => {
  const cents = fc.integer({ min: 1, max: 1_000_000_000 });
  fc.assert(
    fc.property(fc.constantFrom(...categoriesOf(plan)), cents, (category, amount) => {
      const { coveredAmount } = coverageOf(plan, { category, amount: amount / 100 });
      expect(coveredAmount).toBeLessThanOrEqual(amount / 100);
      expect(Number(coveredAmount.toFixed(2))).toBe(coveredAmount);
    }),
  );
});

it.each([
  ["no category", {}],
  ["a share above the bill", { dental: { covered: true, pays: 1.1, limit: 1 } }],
  ["no limit", { dental: { covered: true, pays: 1 } }],
  ["no reason", { dental: { covered: false } }],
  ["a category that is no slug", { "Dental Care": { covered: true, pays: 1, limit: 1 } }],
])("refuses a plan with %s", (_what, categories) => {
  expect(coveragePlanSchema.safeParse({ version: 1, name: "Own", categories }).success).toBe(false);
});

it("names the file that it cannot read", () => {
  expect(() => readCoveragePlan("/nowhere/plan.yaml")).toThrow("/nowhere/plan.yaml cannot be read");
});
