import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountSchema, assessmentSchema, claimIdSchema, claimSchema, sampleClaim } from "./claim.ts";
import { InvalidInputError, parse } from "./json-serde.ts";

function problemsOf(change: Readonly<Record<string, unknown>>): string[] {
  try {
    parse(claimSchema, { ...sampleClaim, ...change });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.problems.map(({ field, rule }) => `${field}: ${rule}`);
  }
}

describe("takes", () => {
  it.each([
    {},
    { amount: 0.01 },
    { amount: 10_000_000 },
    { amount: 1234.56 },
    { amount: 3e3 },
    { date: "2024-02-29" },
    { category: "physical-therapy" },
    { reason: "x".repeat(2000) },
    { reason: "🦴 Knochenbruch «links»" },
    { claimant: "Ana Díaz", policyNumber: "P-123", currency: "USD" },
  ])("%j", (change) => {
    expect(problemsOf(change)).toEqual([]);
  });

  it("texts without the blanks around them", () => {
    expect(parse(claimSchema, { ...sampleClaim, reason: "  a fall \n" }).reason).toBe("a fall");
  });
});

describe("refuses", () => {
  it.each([
    [{ amount: 0 }, "amount: must be more than 0"],
    [{ amount: -5 }, "amount: must be more than 0"],
    [{ amount: 10_000_000.01 }, "amount: must be at most 10000000"],
    [{ amount: 1e308 }, "amount: must be at most 10000000"],
    [{ amount: Number.POSITIVE_INFINITY }, "amount: must be a number"],
    [{ amount: Number.NaN }, "amount: must be a number"],
    [{ amount: null }, "amount: must be a number"],
    [{ amount: "3000" }, "amount: must be a number"],
    [{ amount: 10.001 }, "amount: must have at most two decimals"],
    [{ amount: 1e-7 }, "amount: must have at most two decimals"],
    [{ amount: undefined }, "amount: is required"],
    [{ date: "2024-02-30" }, "date: must be a calendar date, YYYY-MM-DD"],
    [{ date: "2023-02-29" }, "date: must be a calendar date, YYYY-MM-DD"],
    [{ date: "2024-1-1" }, "date: must be a calendar date, YYYY-MM-DD"],
    [{ date: "2024-10-01T00:00:00Z" }, "date: must be a calendar date, YYYY-MM-DD"],
    [{ date: "" }, "date: must be a calendar date, YYYY-MM-DD"],
    [{ date: 20241001 }, "date: must be a string"],
    [{ category: "Orthopedic" }, "category: must be a slug of lower-case letters, digits and dashes"],
    [{ category: "a--b" }, "category: must be a slug of lower-case letters, digits and dashes"],
    [{ category: `a${"b".repeat(50)}` }, "category: must be at most 50 characters long"],
    [{ reason: "" }, "reason: must not be empty"],
    [{ reason: " \n\t" }, "reason: must not be empty"],
    [{ reason: "x".repeat(2001) }, "reason: must be at most 2000 characters long"],
    [{ placeOfService: "x".repeat(201) }, "placeOfService: must be at most 200 characters long"],
    [{ claimant: "" }, "claimant: must not be empty"],
    [{ policyNumber: "P" }, "policyNumber: must be 3 to 40 letters, digits and dashes"],
    [{ policyNumber: "P-1; DROP" }, "policyNumber: must be 3 to 40 letters, digits and dashes"],
    [{ currency: "EUR" }, "currency: must be USD"],
    [{ tier: "gold" }, ": has fields that are not part of it"],
    [{ claimId: "c-1" }, ": has fields that are not part of it"],
  ])("%j", (change, problem) => {
    expect(problemsOf(change)).toEqual([problem]);
  });
});

it("takes every amount of whole cents up to the largest, and no other", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000_000 }),
      fc.integer({ min: 1, max: 9 }),
      (cents, tenths) => {
        expect(amountSchema.safeParse(cents / 100).success).toBe(true);
        expect(amountSchema.safeParse((cents * 10 + tenths) / 1000).success).toBe(false);
      },
    ),
  );
});

it.each([
  ["c-1", true],
  ["partner 7/é", true],
  ["a..b", true],
  ["...", true],
  ["x".repeat(100), true],
  ["x".repeat(101), false],
  ["", false],
  [".", false],
  ["..", false],
])("takes %j as a claim's id: %s", (id, taken) => {
  expect(claimIdSchema.safeParse(id).success).toBe(taken);
});

it("an assessment is a claim that may have an id", () => {
  expect(parse(assessmentSchema, { ...sampleClaim, claimId: "c-1" })).toEqual({
    ...sampleClaim,
    claimId: "c-1",
  });
  expect(() => parse(assessmentSchema, { ...sampleClaim, claimId: "" })).toThrow("claimId");
});
