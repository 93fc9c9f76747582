import { readCoveragePlan } from "@holdfast/claims/plan";
import type {
  EligibilityFinding,
  FraudFinding,
  KnownFindings,
  Proposal,
  RateFinding,
  Risk,
} from "@holdfast/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authorityMatrixSchema, readAuthorityMatrix, rule } from "./authority-matrix.ts";
import type { FindingRules } from "./objections.ts";

const plan = readCoveragePlan();
const rules = { plan, matrix: readAuthorityMatrix() };

const covered = (coveredAmount: number): EligibilityFinding => ({
  eligible: true,
  coveredAmount,
  reasons: ["covered"],
});
const notCovered: EligibilityFinding = {
  eligible: false,
  coveredAmount: 0,
  reasons: ["not part of the plan"],
};
const fraud = (risk: Risk): FraudFinding => ({ risk, reasons: [] });
const rates = (reasonable: boolean): RateFinding => ({
  reasonable,
  standardRate: 100,
  ratio: 1.6,
  reasons: [],
});
const propose = (outcome: Proposal["outcome"], amount = 0): Proposal => ({
  outcome,
  amount,
  reasons: ["so be it"],
});

const fine: KnownFindings = { eligibility: covered(9e9), fraud: fraud("low"), rates: rates(true) };

function rulingOn(
  category: string,
  amount: number,
  findings: KnownFindings,
  proposal = propose("approve", amount),
): string {
  const ruling = rule(rules, { category, amount }, findings, proposal);
  return ruling.kind === "approve" ? `approve ${ruling.amount} of ${ruling.limit}` : ruling.kind;
}

describe("the matrix that comes with Holdfast", () => {
  it.each<[string, number, Risk, string]>([
    ["orthopedic", 5000, "low", "approve 5000 of 5000"],
    ["orthopedic", 5000.01, "low", "refer"],
    ["orthopedic", 0.01, "medium", "refer"],
    ["orthopedic", 0.01, "high", "refer"],
    ["oncology", 2500, "low", "approve 2500 of 2500"],
    ["oncology", 2500.01, "low", "refer"],
    ["surgery", 2500.01, "low", "refer"],
    ["cardiology", 2500.01, "low", "refer"],
    ["oncology", 1, "medium", "refer"],
    ["cosmetic", 1, "low", "refer"],
    ["experimental", 1, "low", "refer"],
  ])("%s of %d at %s risk: %s", (category, amount, risk, expected) => {
    expect(rulingOn(category, amount, { ...fine, fraud: fraud(risk) })).toBe(expected);
  });
});

describe("a proposal", () => {
  it.each<[string, KnownFindings, Proposal, string]>([
    [
      "that an agent does not find covered, though the plan covers it",
      { ...fine, eligibility: notCovered },
      propose("deny"),
      "refer",
    ],
    [
      "without an eligibility finding",
      { ...fine, eligibility: undefined },
      propose("approve", 3000),
      "refer",
    ],
    ["without a fraud finding", { ...fine, fraud: undefined }, propose("approve", 3000), "refer"],
    [
      "without a rate finding",
      { ...fine, rates: undefined },
      propose("approve", 3000),
      "approve 3000 of 5000",
    ],
    ["without any finding", {}, propose("approve", 3000), "refer"],
    ["above what is usual", { ...fine, rates: rates(false) }, propose("approve", 3000), "refer"],
    ["to deny", fine, propose("deny"), "refer"],
    ["to refer", fine, propose("refer"), "refer"],
    ["to pay more than was claimed", fine, propose("approve", 4000), "approve 3000 of 5000"],
    [
      "to pay more than is covered",
      { ...fine, eligibility: covered(2400) },
      propose("approve", 3000),
      "approve 2400 of 5000",
    ],
    ["to pay less", fine, propose("approve", 1234.5), "approve 1234.5 of 5000"],
    ["to pay no particular amount", fine, propose("approve", 0), "approve 3000 of 5000"],
    ["to pay a third", fine, propose("approve", 1000 / 3), "approve 333.33 of 5000"],
    ["to pay an absurd amount", fine, propose("approve", 1e300), "approve 3000 of 5000"],
  ])("%s", (_what, findings, proposal, expected) => {
    expect(rulingOn("orthopedic", 3000, findings, proposal)).toBe(expected);
  });

  it("is denied when neither the plan nor its agent finds it covered, whatever else is known", () => {
    for (const other of [fine, { fraud: fraud("high"), rates: rates(false) }]) {
      for (const outcome of ["approve", "deny", "refer"] as const) {
        const known = { ...other, eligibility: notCovered };
        const ruling = rule(rules, { category: "cosmetic", amount: 9 }, known, propose(outcome));
        expect(ruling).toEqual({ kind: "deny", reasons: ["not part of the plan"] });
      }
    }
  });

  it("is referred when an agent finds covered what the plan does not cover", () => {
    expect(rulingOn("cosmetic", 9, fine, propose("approve", 9))).toBe("refer");
  });

  it("is referred with every reason there is, once", () => {
    const findings = { eligibility: covered(9000), fraud: fraud("low"), rates: rates(false) };
    expect(rule(rules, { category: "orthopedic", amount: 9000 }, findings, propose("deny"))).toEqual({
      kind: "refer",
      why: [
        "The amount is 1.6 times the standard rate.",
        "The amount is above the $5000 that may be approved without a person.",
        "The model would deny it, which only the plan or a person may.",
      ],
    });
    expect(rule(rules, { category: "orthopedic", amount: 9000 }, {}, propose("approve"))).toEqual({
      kind: "refer",
      why: ["It is not known whether the plan covers this claim.", "The risk of fraud is not known."],
    });
  });
});

it("approves nothing beyond its limit, what was claimed and what is covered, whatever a model proposes", () => {
  const amount = fc.integer({ min: 1, max: 1_000_000_000 }).map((cents) => cents / 100);
  const findings = fc.record({
    eligibility: fc.option(
      fc.record({ eligible: fc.boolean(), coveredAmount: amount, reasons: fc.constant<string[]>([]) }),
      { nil: undefined },
    ),
    fraud: fc.option(fc.constantFrom(...(["low", "medium", "high"] as const)).map(fraud), { nil: undefined }),
    rates: fc.option(fc.boolean().map(rates), { nil: undefined }),
  });
  const proposal = fc.record({
    outcome: fc.constantFrom(...(["approve", "deny", "refer"] as const)),
    amount: fc.oneof(amount, fc.double({ min: 0, noNaN: true })),
    reasons: fc.constant<string[]>([]),
  });
  const category = fc.constantFrom("orthopedic", "oncology", "cosmetic", "constructor");
  fc.assert(
    fc.property(category, amount, findings, proposal, (slug, claimed, known, proposed) => {
      const ruling = rule(rules, { category: slug, amount: claimed }, known, proposed);
      if (ruling.kind !== "approve") return;
      expect(proposed.outcome).toBe("approve");
      expect(known.eligibility?.eligible).toBe(true);
      expect(known.fraud?.risk).toBe("low");
      expect(claimed).toBeLessThanOrEqual(ruling.limit);
      expect(ruling.amount).toBeGreaterThan(0);
      expect(ruling.amount).toBeLessThanOrEqual(Math.min(claimed, known.eligibility?.coveredAmount ?? 0));
      expect(Number(ruling.amount.toFixed(2))).toBe(ruling.amount);
    }),
    { numRuns: 2000 },
  );
});

it("lets the first rule that fits decide, and gives no authority where none fits", () => {
  const own = authorityMatrixSchema.parse({
    version: 1,
    rules: [
      { categories: ["dental"], limit: 10 },
      { risk: ["low"], categories: ["vision", "dental"], limit: 20 },
    ],
  });
  const limits = ["dental", "vision", "radiology"].map((category) => {
    const ruling = rule({ plan, matrix: own }, { category, amount: 5 }, fine, propose("approve"));
    return ruling.kind === "approve" ? ruling.limit : ruling.kind;
  });
  expect(limits).toEqual([10, 20, "refer"]);
});

it("refuses a matrix that is wrong", () => {
  for (const wrong of [
    { limit: -1 },
    { limit: 1, risk: ["some"] },
    { limit: 1, categories: [] },
    { limit: 1, tier: 2 },
  ]) {
    expect(authorityMatrixSchema.safeParse({ version: 1, rules: [wrong] }).success).toBe(false);
  }
});

it("has a rule for each finding, or does not compile", () => {
  // @ts-expect-error the rule on rates is missing
  const incomplete: FindingRules = { eligibility: () => undefined, fraud: () => undefined };
  expect(Object.keys(incomplete)).not.toContain("rates");
});
