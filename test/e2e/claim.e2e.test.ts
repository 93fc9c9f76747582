// A claim's life on the whole system: what is decided, on whose authority, the events of its timeline, and the number of model calls.

import type { DecisionRecord, TimelineEvent } from "@holdfast/contracts";
import { sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { ASSESSORS, CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { decisionOf, newClaimId, submit, viewOf } from "./support/claims.ts";
import { holdCalls } from "./support/model-calls.ts";
import { typesOf, untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const VERSION = expect.stringMatching(/^[0-9a-f]{32}$/);

describe.each(["default", "always-replay"] as const)("a claim [%s]", (mode) => {
  const system = useSystem({ mode });

  it("is approved within the model's authority, on the agents' findings", async () => {
    const claimId = newClaimId();
    const decision = await decisionOf(system(), claimId);
    expect(decision).toEqual({
      claimId,
      status: "approved",
      amount: 3000,
      decidedBy: { kind: "authority_matrix", limit: 5000 },
      reasons: expect.arrayContaining([expect.any(String)]),
      proposal: { outcome: "approve", amount: 3000, reasons: decision.reasons },
      findings: {
        eligibility: { eligible: true, coveredAmount: 3000, reasons: expect.any(Array) },
        rates: { reasonable: true, standardRate: 3360, ratio: 0.89, reasons: expect.any(Array) },
        fraud: { risk: "low", reasons: expect.any(Array) },
      },
      rules: { plan: VERSION, matrix: VERSION, model: expect.any(String) },
      decidedAt: expect.any(String),
    } satisfies DecisionRecord);
    expect(system().simulator.stats()).toMatchObject({ total: CALLS_OF_A_CLAIM, repeated: 0 });
    expect(await viewOf(system(), claimId)).toEqual({
      claimId,
      status: "approved",
      claim: sampleClaim,
      submittedAt: expect.any(String),
      findings: decision.findings,
      decision,
    });
  });

  it("is assessed by all assessing agents side by side, and its timeline tells so", async () => {
    const { simulator } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, () => true);
    await submit(system(), claimId);
    await held.arrived(ASSESSORS.length);
    expect(simulator.stats()).toMatchObject({
      inFlight: ASSESSORS.length,
      peakAgentsInFlight: ASSESSORS.length,
    });
    held.release();
    const events = await untilEvent(system(), claimId, "decided");
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    const types = typesOf(events);
    expect(types.slice(0, 2)).toEqual(["received", "assessing"]);
    const [started, finished] = [2 + ASSESSORS.length, 2 + 2 * ASSESSORS.length];
    expect(types.slice(2, started).sort()).toEqual(ASSESSORS.map((agent) => `agent_started ${agent}`).sort());
    expect(types.slice(started, finished).sort()).toEqual(
      ASSESSORS.map((agent) => `agent_finished ${agent}`).sort(),
    );
    expect(types.slice(finished)).toEqual([
      "deciding",
      "agent_started decision",
      "agent_finished decision",
      "decided",
    ]);
    const { decision } = await viewOf(system(), claimId);
    expect(events.at(-1)?.entry).toEqual({ type: "decided", decision });
    expect(simulator.stats()).toMatchObject({ total: CALLS_OF_A_CLAIM, repeated: 0 });
  });

  it("gives its recorded decision to whoever submits it again, and a 409 to another claim", async () => {
    const claimId = newClaimId();
    const decision = await decisionOf(system(), claimId);
    const { total } = system().simulator.stats();
    expect(await decisionOf(system(), claimId)).toEqual(decision);
    const other = decisionOf(system(), claimId, { ...sampleClaim, amount: 3001 });
    await expect(other).rejects.toMatchObject({ status: 409 });
    expect(system().simulator.stats().total).toBe(total);
    expect((await viewOf(system(), claimId)).claim).toEqual(sampleClaim);
  });

  it("is a 404 before it is submitted", async () => {
    await expect(viewOf(system(), newClaimId("unknown"))).rejects.toMatchObject({ status: 404 });
    expect(system().simulator.stats().total).toBe(0);
  });

  it("wakes all who wait for its timeline's next event", async () => {
    const claimId = newClaimId();
    const waits = [0, 1].map(() =>
      system().call<TimelineEvent[]>(
        "ClaimTimeline",
        "events",
        { after: 0, waitMs: 50_000 },
        { key: claimId },
      ),
    );
    await decisionOf(system(), claimId);
    for (const events of await Promise.all(waits)) {
      expect(events[0]).toMatchObject({ seq: 1, entry: { type: "received" } });
    }
    // Readers that have seen the last event wait in vain, and get an answer that says so.
    const { length: after } = await untilEvent(system(), claimId, "decided");
    const none = { after, waitMs: 1 };
    expect(await system().call("ClaimTimeline", "events", none, { key: claimId })).toEqual([]);
  });
});
