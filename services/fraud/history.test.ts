import type { HistoryEntry } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { compare, historyKey } from "./history.ts";

const entry = (claimId: string, change: Partial<HistoryEntry> = {}): HistoryEntry => ({
  claimId,
  date: "2024-10-01",
  category: "orthopedic",
  amount: 3000,
  ...change,
});

describe("compare", () => {
  it.each<[string, HistoryEntry[], number, number]>([
    ["nothing", [], 0, 0],
    ["the same", [entry("a")], 1, 1],
    ["the same twice", [entry("a"), entry("b")], 2, 2],
    ["another amount", [entry("a", { amount: 3000.01 })], 0, 1],
    ["another category", [entry("a", { category: "dental" })], 0, 1],
    ["another day", [entry("a", { date: "2024-09-30" })], 0, 1],
    ["a year ago", [entry("a", { date: "2023-10-02" })], 0, 1],
    ["more than a year ago", [entry("a", { date: "2023-10-01" })], 0, 0],
    ["a later one", [entry("a", { date: "2024-10-02" })], 0, 0],
  ])("with %s", (_what, earlier, duplicates, claimsInLastYear) => {
    expect(compare(entry("x"), earlier)).toEqual({ duplicates, claimsInLastYear });
  });
});

describe("the key of a history", () => {
  it("is the policy's, or else the claimant's, however they are written", () => {
    const key = historyKey({ policyNumber: "P-1", claimant: "Ana Díaz" });
    expect(key).toBe(historyKey({ policyNumber: "p-1" }));
    expect(key).not.toBe(historyKey({ claimant: "Ana Díaz" }));
    expect(historyKey({ claimant: "ANA DÍAZ" })).toBe(historyKey({ claimant: "ana díaz " }));
    expect(historyKey({})).toBeUndefined();
  });

  it("shows neither", () => {
    expect(historyKey({ policyNumber: "P-1" })).toMatch(/^[0-9a-f]{32}$/);
  });

  it("never mixes a policy up with a claimant of that name", () => {
    expect(historyKey({ policyNumber: "P-1" })).not.toBe(historyKey({ claimant: "P-1" }));
  });
});
