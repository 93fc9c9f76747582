// An agent is stopped by SIGTERM, as at every deploy: what runs is finished and journaled first, what waits is left
// where it waits, and no model call is made again.

import { sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { ASSESSORS, CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { newClaimId, submit, viewOf } from "./support/claims.ts";
import { expectCalls } from "./support/expect-calls.ts";
import { callerOf, holdCalls } from "./support/model-calls.ts";
import { decide, ReviewsAsked } from "./support/reviews.ts";
import { untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

describe("an agent with time to drain", () => {
  const reviews = new ReviewsAsked();
  // Longer than `stop` waits before it kills: who exits with 0 has not used it up.
  const system = useSystem({ onLine: reviews.onLine, env: { DRAIN_TIMEOUT_MS: "30000" } });

  async function expectApproved(claimId: string, amount = 3000): Promise<void> {
    await untilEvent(system(), claimId, "decided");
    expect((await viewOf(system(), claimId)).decision).toMatchObject({ status: "approved", amount });
  }

  it("finishes the model call that is in flight, and takes no new work meanwhile", async () => {
    const { simulator, agent } = system();
    const eligibility = agent("eligibility");
    const claimId = newClaimId();
    const held = holdCalls(simulator, (call) => callerOf(call) === "eligibility");
    await submit(system(), claimId);
    await held.arrived();
    expect((await fetch(`${eligibility.url}/readyz`)).status).toBe(200);
    const stopped = eligibility.stop();
    await eligibility.waitForLine(/"draining"/);
    expect((await fetch(`${eligibility.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${eligibility.url}/livez`)).status).toBe(200);

    // Claims that come meanwhile wait for the next process.
    const later = newClaimId();
    await submit(system(), later, { ...sampleClaim, reason: "another broken leg" });
    await untilEvent(system(), later, "agent_finished", ASSESSORS.length - 1);
    held.release();
    expect(await stopped).toBe(0);
    await eligibility.restart();
    await expectApproved(claimId);
    await expectApproved(later);
    expectCalls(simulator, 2 * CALLS_OF_A_CLAIM);
  });

  it("that waits for other agents ends at once, and goes on in the next process", async () => {
    const { simulator, agent } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, (call) => callerOf(call) === "fraud");
    await submit(system(), claimId);
    await held.arrived();
    await untilEvent(system(), claimId, "agent_finished", ASSESSORS.length - 1);
    expect(await agent("coordinator").stop()).toBe(0);
    held.release();
    await agent("coordinator").restart();
    await expectApproved(claimId);
    expectCalls(simulator, CALLS_OF_A_CLAIM);
  });

  it("that waits for a reviewer ends at once, and nobody is asked again", async () => {
    const { simulator, agent } = system();
    const claimId = newClaimId();
    await submit(system(), claimId, { ...sampleClaim, amount: 8000 });
    await reviews.awakeable(claimId);
    expect(await agent("approval").stop()).toBe(0);
    await agent("approval").restart();
    expect(await decide(system(), claimId, { outcome: "approve" })).toBe(200);
    await expectApproved(claimId, 8000);
    expect(reviews.count(claimId)).toBe(1);
    expectCalls(simulator, CALLS_OF_A_CLAIM);
  });
});

describe("an agent whose time to drain is over", () => {
  const system = useSystem({ only: ["chat"], env: { DRAIN_TIMEOUT_MS: "500" } });

  it("ends all the same, and the call in flight is made again in the next process", async () => {
    const { simulator, agent } = system();
    const held = holdCalls(simulator, () => true);
    const message = { message: "Make a poem about durable execution." };
    const answer = system().call<string>("Chat", "message", message, { key: "drain" });
    const call = await held.arrived();
    expect(await agent("chat").stop()).toBe(0);
    expect(agent("chat").output().join("\n")).toContain("steps were still running");
    held.release();
    await agent("chat").restart();
    expect((await answer).split("\n").length).toBeGreaterThan(2);
    expectCalls(simulator, 2, [call.agent]);
  });
});
