// The history that the fraud agent keeps: who claims the same again is noticed, whatever else was claimed meanwhile.

import { type Claim, type FraudFinding, sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { stateKeys } from "./support/restate-tables.ts";
import { useSystem } from "./system.ts";

const system = useSystem({ only: ["fraud", "coordinator"] });

let policies = 0;
const newPolicy = () => `P-HISTORY-${++policies}`;

async function riskOf(change: Partial<Claim> & { claimId?: string }): Promise<string> {
  const finding = await system().call<FraudFinding>("FraudAgent", "run", { ...sampleClaim, ...change });
  return finding.risk;
}

describe("a claim is of", () => {
  it("high risk when the same was claimed before, under any spelling of the policy", async () => {
    const policyNumber = newPolicy();
    expect(await riskOf({ policyNumber })).toBe("low");
    expect(await riskOf({ policyNumber: policyNumber.toLowerCase(), reason: "other words" })).toBe("high");
    expect(await riskOf({ policyNumber, amount: 2999 })).toBe("low");
  });

  it("low risk when it is itself what was recorded", async () => {
    const claim = { policyNumber: newPolicy(), claimId: "the-very-claim" };
    expect(await riskOf(claim)).toBe("low");
    expect(await riskOf(claim)).toBe("low");
  });

  it("medium risk when there were many within a year", async () => {
    const policyNumber = newPolicy();
    const risks: string[] = [];
    for (let n = 1; n <= 8; n++) risks.push(await riskOf({ policyNumber, amount: n }));
    expect(risks).toEqual([...Array(7).fill("low"), "medium"]);
    expect(await riskOf({ policyNumber, amount: 9, date: "2019-10-01" })).toBe("low");
  });

  it("low risk when nobody knows whose it is", async () => {
    expect([await riskOf({}), await riskOf({})]).toEqual(["low", "low"]);
  });
});

describe("the history", () => {
  it("forgets what is more than three years older", async () => {
    const policyNumber = newPolicy();
    const before = await stateKeys(system().server, "ClaimHistory");
    await riskOf({ policyNumber, date: "2019-10-01" });
    await riskOf({ policyNumber, date: "2024-10-01" });
    const after = await stateKeys(system().server, "ClaimHistory");
    expect(after).toHaveLength(before.length + 1);
  });

  it("cannot be wiped out by a claim from the future", async () => {
    const policyNumber = newPolicy();
    const date = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    await riskOf({ policyNumber, date });
    await riskOf({ policyNumber, date: "9999-12-31" });
    expect(await riskOf({ policyNumber, date })).toBe("high");
  });

  it("is not open to the public", async () => {
    const entry = { claimId: "x", date: "2024-10-01", category: "orthopedic", amount: 1 };
    const options = { key: "0".repeat(32) };
    await expect(system().call("ClaimHistory", "record", entry, options)).rejects.toMatchObject({
      status: 400,
    });
    expect(await stateKeys(system().server, "ClaimHistory", options.key)).toEqual([]);
  });
});
