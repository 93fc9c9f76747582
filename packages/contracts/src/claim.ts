// The schema of an insurance claim.

import { z } from "zod";

/** The largest claim that is taken at all, in dollars. */
export const MAX_CLAIM_AMOUNT = 10_000_000;

const text = (max: number) =>
  z
    .string("must be a text")
    .trim()
    .min(1, "must not be empty")
    .max(max, `must be at most ${max} characters long`);

const dollars = z
  .number("must be a number")
  .max(MAX_CLAIM_AMOUNT, `must be at most ${MAX_CLAIM_AMOUNT}`)
  .refine((amount) => Number(amount.toFixed(2)) === amount, "must have at most two decimals");

/** An amount of money in US dollars, with at most two decimals. */
export const amountSchema = dollars.positive("must be more than 0");

/** What is paid of a claim, in US dollars: an amount, or nothing. */
export const payoutSchema = dollars.min(0, "must not be negative");

/** A calendar date, `YYYY-MM-DD`. That it is not in the future checks {@link dateProblem}. */
export const dateSchema = z.iso.date("must be a calendar date, YYYY-MM-DD");

/** The slug of a category of the coverage plan; which ones there are, the coordinator knows. */
export const categorySchema = z
  .string("must be a text")
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "must be a slug of lower-case letters, digits and dashes")
  .max(50, "must be at most 50 characters long");

/** A claim: what was done when, where and why, and what it cost. */
export const claimSchema = z.strictObject({
  date: dateSchema.describe("Date of service, YYYY-MM-DD"),
  category: categorySchema.describe("Category of the coverage plan, such as orthopedic"),
  reason: text(2000).describe("What the claim is for, in the claimant's words"),
  amount: amountSchema.describe("Amount claimed, in US dollars"),
  placeOfService: text(200).describe("Where the service was given"),
  claimant: text(200).describe("Name of the claimant").optional(),
  policyNumber: z
    .string("must be a text")
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{2,39}$/, "must be 3 to 40 letters, digits and dashes")
    .describe("Number of the policy")
    .optional(),
  currency: z
    .literal("USD", "must be USD")
    .describe("Currency of the amount; USD is the only one")
    .optional(),
});
export type Claim = z.output<typeof claimSchema>;

/** A claim's id, which is the key of its objects. */
export const claimIdSchema = z
  .string("must be a text")
  .min(1, "must not be empty")
  .max(100, "must be at most 100 characters long")
  // A path with them leads to another.
  .regex(/^(?!\.{1,2}$)/, "must not be one or two dots")
  .describe("The claim's id");

/** A claim that somebody asks an agent to assess; with its id, the agent reports to the claim's timeline. */
export const assessmentSchema = claimSchema.extend({
  claimId: claimIdSchema.describe("The claim's id, when it has one").optional(),
});
export type Assessment = z.output<typeof assessmentSchema>;

/** The claim that examples, the tour and `npm start` use. */
export const sampleClaim: Claim = {
  date: "2024-10-01",
  category: "orthopedic",
  reason: "hospital bill for a broken leg",
  amount: 3000,
  placeOfService: "General Hospital",
};
