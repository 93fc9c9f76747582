// The table of standard rates, and how an amount compares to it.

import { type Claim, categorySchema, type RateFinding } from "@holdfast/contracts";
import { readYaml } from "@holdfast/service-kit";
import { Big } from "big.js";
import { z } from "zod";

const placeSchema = z.strictObject({
  code: z.string().regex(/^\d{2}$/, "must be a two-digit CMS place-of-service code"),
  name: z.string().min(1),
  factor: z.number().positive(),
});

export const standardRatesSchema = z.strictObject({
  version: z.literal(1),
  tolerance: z.number().min(1),
  categories: z.record(categorySchema, z.number().positive()),
  places: z.array(placeSchema.extend({ words: z.array(z.string().min(1).toLowerCase()).min(1) })),
  otherPlace: placeSchema,
});
export type StandardRates = z.output<typeof standardRatesSchema>;

const defaultFile = new URL("./standard-rates.yaml", import.meta.url);

/** Reads a table of rates; the one that comes with Holdfast by default. */
export function readStandardRates(file: string | URL = defaultFile): StandardRates {
  return readYaml(standardRatesSchema, file);
}

/** How a claim's amount compares to the standard rate of its category at its place of service. */
export function compareToStandardRate(
  rates: StandardRates,
  claim: Pick<Claim, "category" | "amount" | "placeOfService">,
): RateFinding {
  const base = Object.hasOwn(rates.categories, claim.category) && rates.categories[claim.category];
  if (!base) {
    return {
      reasonable: false,
      standardRate: 0,
      ratio: 0,
      reasons: [`There is no standard rate for ${claim.category}.`],
    };
  }
  const place =
    rates.places.find(({ words }) => words.some((word) => hasWord(claim.placeOfService, word))) ??
    rates.otherPlace;
  const standardRate = new Big(base).times(place.factor).round(2);
  const ratio = new Big(claim.amount).div(standardRate).round(2);
  const reasonable = new Big(claim.amount).lte(standardRate.times(rates.tolerance));
  return {
    reasonable,
    standardRate: standardRate.toNumber(),
    ratio: ratio.toNumber(),
    reasons: [
      `The amount is ${ratio} times the standard rate of $${standardRate} for ${claim.category} (${place.name}).`,
    ],
  };
}

// As a word of its own, in the plural too: a labor ward is no lab.
function hasWord(text: string, word: string): boolean {
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}s?(?![\\p{L}\\p{N}])`, "iu").test(text);
}
