import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareToStandardRate, readStandardRates, standardRatesSchema } from "./standard-rates.ts";

const rates = readStandardRates();

const compare = (category: string, amount: number, placeOfService: string) =>
  compareToStandardRate(rates, { category, amount, placeOfService });

it.each([
  // category, amount, place, standard rate, ratio, reasonable
  ["orthopedic", 3000, "General Hospital", 3360, 0.89, true],
  ["orthopedic", 5040, "General Hospital", 3360, 1.5, true],
  ["orthopedic", 5040.01, "General Hospital", 3360, 1.5, false],
  ["orthopedic", 0.01, "General Hospital", 3360, 0, true],
  ["vision", 240, "Dr. Miller's practice", 240, 1, true],
  ["surgery", 10_000_000, "Somewhere", 14000, 714.29, false],
  ["pediatrics", 100, "telehealth", 210, 0.48, true],
])(
  "%s of %d at %s: standard rate %d, %d times",
  (category, amount, place, standardRate, ratio, reasonable) => {
    expect(compare(category, amount, place)).toMatchObject({ standardRate, ratio, reasonable });
  },
);

describe("the place of service", () => {
  it.each([
    ["EMERGENCY ROOM", 1.4],
    ["Trauma center at the General Hospital", 1.4],
    ["St. Mary's Hospital", 1.2],
    ["two hospitals", 1.2],
    ["Quest Lab", 0.7],
    ["walk-in", 0.8],
    ["home", 0.8],
    ["at home.", 0.8],
    ["the doctor's office", 1],
    ["by video-call", 0.6],
    // A part of a word is not the word.
    ["Available Care Partners", 1],
    ["Labor and Delivery", 1],
    ["Chez Homer", 1],
    ["", 1],
  ])("%s has the factor %d", (place, factor) => {
    expect(compare("radiology", 1, place).standardRate).toBe(900 * factor);
  });
});

it("knows no rate for an unknown category, nor for a name of JavaScript's own", () => {
  for (const category of ["alchemy", "constructor"]) {
    expect(compare(category, 1, "home")).toMatchObject({ reasonable: false, standardRate: 0, ratio: 0 });
  }
});

it("finds no amount reasonable that is above one it finds unreasonable", () => {
  const amount = fc.integer({ min: 1, max: 1_000_000_000 }).map((cents) => cents / 100);
  const category = fc.constantFrom(...Object.keys(rates.categories));
  fc.assert(
    fc.property(category, fc.string(), amount, amount, (slug, place, a, b) => {
      const low = compare(slug, Math.min(a, b), place);
      const high = compare(slug, Math.max(a, b), place);
      expect(low.reasonable || !high.reasonable).toBe(true);
      expect(low.ratio).toBeLessThanOrEqual(high.ratio);
    }),
  );
});

it("refuses a table that is wrong, naming the place", () => {
  const table = structuredClone(rates);
  expect(standardRatesSchema.safeParse({ ...table, tolerance: 0.5 }).success).toBe(false);
  expect(
    standardRatesSchema.safeParse({ ...table, otherPlace: { code: "9", name: "x", factor: 1 } }).success,
  ).toBe(false);
  expect(() => readStandardRates(new URL("./nothing.yaml", import.meta.url))).toThrow(
    /nothing\.yaml cannot be read/,
  );
});
