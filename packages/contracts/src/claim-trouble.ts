// A claim in trouble: what keeps it from going on, and what an operator can do.

import { z } from "zod";

export const troubleKindSchema = z.enum(["journal_mismatch", "paused", "unreachable", "failing"]);
export type TroubleKind = z.output<typeof troubleKindSchema>;

/** Why a claim cannot go on. It names services and never repeats an error's text, which can hold personal data. */
export const claimTroubleSchema = z.strictObject({
  kind: troubleKindSchema,
  service: z.string().describe("The Restate service that cannot go on"),
  since: z.iso.datetime().describe("When it made its last progress"),
  reason: z.string().max(500).describe("What is wrong, in one sentence"),
  remedy: z.string().max(500).describe("What an operator can do about it"),
});
export type ClaimTrouble = z.output<typeof claimTroubleSchema>;
