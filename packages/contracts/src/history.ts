// The history of claims that the fraud agent looks at.

import { z } from "zod";
import { amountSchema, categorySchema, claimIdSchema, dateSchema } from "./claim.ts";

/** A claim as its history keeps it: no texts, no names. */
export const historyEntrySchema = z.strictObject({
  claimId: claimIdSchema,
  date: dateSchema,
  category: categorySchema,
  amount: amountSchema,
});
export type HistoryEntry = z.output<typeof historyEntrySchema>;

/** The history that bears on a claim. */
export const claimHistorySchema = z.strictObject({
  duplicates: z.number().int().min(0).describe("Earlier claims of the same date, category and amount"),
  claimsInLastYear: z.number().int().min(0).describe("Other claims dated within a year before this one"),
});
export type ClaimHistory = z.output<typeof claimHistorySchema>;
