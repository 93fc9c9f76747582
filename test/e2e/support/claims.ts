// Claims of tests: each under an id of its own, so that tests can share a system.

import { type Claim, type ClaimView, type DecisionRecord, sampleClaim } from "@holdfast/contracts";
import type { System } from "../system.ts";

let count = 0;

/** A claim id that no other test of this process has. */
export function newClaimId(topic = "claim"): string {
  count++;
  return `${topic}-${count}`;
}

/** Submits a claim and waits for its decision. */
export function decisionOf(system: System, claimId: string, claim: Claim = sampleClaim) {
  return system.call<DecisionRecord>("Claim", "submit", claim, { key: claimId });
}

/** Submits a claim; returns the invocation's id. */
export function submit(system: System, claimId: string, claim: Claim = sampleClaim): Promise<string> {
  return system.send("Claim", "submit", claim, { key: claimId });
}

/** Where the claim stands. */
export function viewOf(system: System, claimId: string): Promise<ClaimView> {
  return system.call<ClaimView>("Claim", "get", undefined, { key: claimId });
}

/** The claimant takes the claim back; returns the HTTP status. */
export function withdraw(system: System, claimId: string): Promise<number> {
  return post(system, claimId, "withdraw");
}

/** Lets a claim in review begin again on the rules of today; returns the HTTP status. */
export function reassess(system: System, claimId: string): Promise<number> {
  return post(system, claimId, "reassess");
}

async function post(system: System, claimId: string, handler: string): Promise<number> {
  const response = await fetch(`${system.server.ingressUrl}/Claim/${claimId}/${handler}`, { method: "POST" });
  await response.arrayBuffer();
  return response.status;
}
