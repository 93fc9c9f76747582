// ClaimHistory on Restate: one state entry per claim, so that a long history costs no more to add to.

import { createHash } from "node:crypto";
import { type Claim, type ClaimHistory, claimHistoryContract, type HistoryEntry } from "@holdfast/contracts";
import { implement } from "@restatedev/restate-sdk";

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
// Older entries are forgotten; the youngest that still counts is a year before the claim it is compared to.
const KEPT_MS = 3 * YEAR_MS;

export const historyService = implement(claimHistoryContract, {
  handlers: {
    record: async (ctx, entry) => {
      const keys = await ctx.stateKeys();
      // By the clock at most: a date that is far ahead must not make everything old.
      const latest = Math.min(Date.parse(entry.date), await ctx.date.now());
      const earlier: HistoryEntry[] = [];
      for (const key of keys) {
        const known = await ctx.get<HistoryEntry>(key);
        if (!known || known.claimId === entry.claimId) continue;
        if (latest - Date.parse(known.date) > KEPT_MS) ctx.clear(key);
        else earlier.push(known);
      }
      ctx.set(`claim/${entry.claimId}`, entry);
      return compare(entry, earlier);
    },
  },
  options: { handlers: { record: { ingressPrivate: true } } },
});

/** What earlier claims say about one. */
export function compare(claim: HistoryEntry, earlier: readonly HistoryEntry[]): ClaimHistory {
  return {
    duplicates: earlier.filter(
      (e) => e.date === claim.date && e.category === claim.category && e.amount === claim.amount,
    ).length,
    claimsInLastYear: earlier.filter((e) => {
      const age = Date.parse(claim.date) - Date.parse(e.date);
      return age >= 0 && age <= YEAR_MS;
    }).length,
  };
}

/**
 * The key of a claim's history: a hash of its policy, or else of its claimant, since state keys are no place for
 * personal data. Undefined for a claim that names neither.
 */
export function historyKey(claim: Pick<Claim, "policyNumber" | "claimant">): string | undefined {
  const [kind, owner] = claim.policyNumber ? ["policy", claim.policyNumber] : ["claimant", claim.claimant];
  if (!owner) return undefined;
  return createHash("sha256").update(`${kind}:${owner.trim().toLowerCase()}`).digest("hex").slice(0, 32);
}
