// A claim is withdrawn: its agents stop at once, model calls in flight included, and nothing else happens to it.

import { type DecisionRecord, sampleClaim } from "@holdfast/contracts";
import { invocation, waitForStatus } from "@holdfast/testing";
import { describe, expect, it } from "vitest";
import { ASSESSOR_SERVICES, ASSESSORS, CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { decisionOf, newClaimId, submit, viewOf, withdraw } from "./support/claims.ts";
import { callerOf, holdCalls } from "./support/model-calls.ts";
import { invocationBy, stateKeys, untilJournaled } from "./support/restate-tables.ts";
import { answerPublicly, decide, ReviewsAsked } from "./support/reviews.ts";
import { typesOf, untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const bigClaim = { ...sampleClaim, amount: 8000 };
const moments = [
  ["received", 1],
  ["assessing", 1],
  ...ASSESSORS.map((_, i) => ["agent_started", i + 1] as const),
  ...ASSESSORS.map((_, i) => ["agent_finished", i + 1] as const),
  ["deciding", 1],
  ["agent_started", ASSESSORS.length + 1],
  ["agent_finished", ASSESSORS.length + 1],
  ["in_review", 1],
] as const;
const GENTLE = { interval: 20, timeout: 20_000 };

describe.each(["default", "always-replay"] as const)("withdrawing a claim [%s]", (mode) => {
  const reviews = new ReviewsAsked();
  const system = useSystem({ mode, onLine: reviews.onLine });
  // Once Restate has asked an invocation to suspend, a cancellation reaches it when its running step has ended. By
  // default it asks after a minute, the longest that a model call may take; under always-replay, at once.
  const reachesRunningSteps = mode === "default";

  /** Waits until the cancellation stands in the invocation's journal. */
  const untilCancelled = (id: string) => untilJournaled(system().server, id, "Notification: Signal", 1);

  /** The claim is withdrawn, and that is the last of it. */
  async function expectWithdrawn(claimId: string, before: readonly string[]): Promise<void> {
    const { status, decision } = await viewOf(system(), claimId);
    expect(status).toBe("withdrawn");
    expect(decision).toMatchObject({
      claimId,
      status: "withdrawn",
      amount: 0,
      decidedBy: { kind: "claimant" },
      reasons: ["The claim was withdrawn."],
    } satisfies Partial<DecisionRecord>);
    const types = typesOf(await untilEvent(system(), claimId, "decided"));
    expect(types.slice(-2)).toEqual([...before.slice(-1), "decided"]);
    expect(types.filter((type) => type.startsWith("agent_failed"))).toEqual([]);
  }

  it("while its agents' model calls are in flight aborts them and cancels the agents", async () => {
    const { simulator, server } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, () => true);
    const submission = await submit(system(), claimId);
    await held.arrived(ASSESSORS.length);
    const agents = await Promise.all(
      ASSESSOR_SERVICES.map((service) => invocationBy(server, submission, service)),
    );
    const started = typesOf(await untilEvent(system(), claimId, "agent_started", ASSESSORS.length));

    expect(await withdraw(system(), claimId)).toBe(200);
    await expectWithdrawn(claimId, started);
    if (!reachesRunningSteps) held.release();
    await expect.poll(() => simulator.stats().inFlight, GENTLE).toBe(0);
    for (const id of agents) {
      const row = await waitForStatus(server, id, ({ status }) => status === "completed");
      expect(row).toMatchObject({ completion_result: "failure" });
      expect(row.completion_failure).toMatch(/cancelled/i);
    }
    held.release();
    expect(simulator.stats()).toMatchObject({ total: ASSESSORS.length, repeated: 0 });
    const answered = simulator.stats().calls.map((call) => call.answered);
    expect(answered).toEqual(Array(ASSESSORS.length).fill(!reachesRunningSteps));
    // Whoever submits it again gets its decision, and no agent works for it.
    expect(await decisionOf(system(), claimId)).toMatchObject({ status: "withdrawn" });
    expect(simulator.stats().total).toBe(ASSESSORS.length);
  });

  it("while its decision is being proposed keeps what was found", async () => {
    const { simulator } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, (call) => callerOf(call) === "decision");
    const submission = await submit(system(), claimId);
    await held.arrived();
    const events = await untilEvent(system(), claimId, "agent_started", ASSESSORS.length + 1);
    const withdrawn = withdraw(system(), claimId);
    if (!reachesRunningSteps) {
      await untilCancelled(submission);
      held.release();
    }
    expect(await withdrawn).toBe(200);
    await expectWithdrawn(claimId, typesOf(events));
    await expect.poll(() => simulator.stats().inFlight, GENTLE).toBe(0);
    held.release();
    const { decision } = await viewOf(system(), claimId);
    expect(decision?.findings?.eligibility?.eligible).toBe(true);
    expect(decision?.proposal).toBeUndefined();
    expect(simulator.stats().total).toBe(CALLS_OF_A_CLAIM);
  });

  it("in review ends the review: no answer counts any more", async () => {
    const { server } = system();
    const claimId = newClaimId();
    const submission = await submit(system(), claimId, bigClaim);
    const awakeable = await reviews.awakeable(claimId);
    expect(await withdraw(system(), claimId)).toBe(200);
    await expectWithdrawn(claimId, ["in_review"]);
    const review = await invocationBy(server, submission, "HumanApprovalWorkflow");
    await waitForStatus(server, review, ({ status }) => status === "completed");
    expect(await decide(system(), claimId, { outcome: "approve" })).toBe(409);
    await answerPublicly(system(), awakeable, "true");
    await expect.poll(() => stateKeys(server, "Review", claimId), GENTLE).toEqual([]);
    await expectWithdrawn(claimId, ["in_review"]);
    expect((await invocation(server, review))?.completion_failure).toMatch(/cancelled/i);
  });

  it("is refused when it has ended, or is unknown", async () => {
    const claimId = newClaimId();
    await decisionOf(system(), claimId);
    expect(await withdraw(system(), claimId)).toBe(409);
    expect((await viewOf(system(), claimId)).status).toBe("approved");
    expect(await withdraw(system(), newClaimId("unknown"))).toBe(404);
  });

  it("several times at once withdraws it once", async () => {
    const { simulator } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, () => true);
    const submission = submit(system(), claimId);
    await held.arrived(ASSESSORS.length);
    const statuses = await Promise.all(Array.from({ length: 5 }, () => withdraw(system(), claimId)));
    held.release();
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
    expect(statuses).toContain(200);
    expect(await system().attach<DecisionRecord>(await submission)).toMatchObject({ status: "withdrawn" });
    const types = typesOf(await untilEvent(system(), claimId, "decided"));
    expect(types.filter((type) => type === "decided")).toHaveLength(1);
  });

  it("in the moment in which it is decided ends it one way, and says which", async () => {
    for (let round = 0; round < 5; round++) {
      const claimId = newClaimId();
      await submit(system(), claimId, bigClaim);
      await reviews.awakeable(claimId);
      const answered = decide(system(), claimId, { outcome: "approve" });
      if (round % 2) await answered;
      const status = await withdraw(system(), claimId);
      await answered;
      const events = await untilEvent(system(), claimId, "decided");
      const view = await viewOf(system(), claimId);
      expect([status, view.status]).toEqual(status === 200 ? [200, "withdrawn"] : [409, "approved"]);
      expect(events.at(-1)?.entry).toEqual({ type: "decided", decision: view.decision });
    }
  });

  it("at whatever moment ends it once", async () => {
    await Promise.all(
      moments.map(async ([type, nth]) => {
        const claimId = newClaimId();
        await submit(system(), claimId, bigClaim);
        await untilEvent(system(), claimId, type, nth);
        expect([type, nth, await withdraw(system(), claimId)]).toEqual([type, nth, 200]);
        const types = typesOf(await untilEvent(system(), claimId, "decided"));
        expect([...types.slice(-1), types.filter((entry) => entry === "decided").length]).toEqual([
          "decided",
          1,
        ]);
        expect((await viewOf(system(), claimId)).decision).toMatchObject({ status: "withdrawn", claimId });
        expect(await decide(system(), claimId, { outcome: "approve" })).toBe(409);
      }),
    );
  });

  it("is not the only way: an agent that calls agents as tools is cancelled with them", async () => {
    const { simulator, server, send } = system();
    const held = holdCalls(simulator, (call) => callerOf(call) === "fraud");
    const id = await send("RemoteMultiAgentClaimApproval", "run", sampleClaim);
    await held.arrived();
    const fraud = await invocationBy(server, id, "FraudAgent");
    await server.cancel(id);
    if (!reachesRunningSteps) {
      await untilCancelled(fraud);
      held.release();
    }
    for (const cancelled of [id, fraud]) {
      const row = await waitForStatus(server, cancelled, ({ status }) => status === "completed");
      expect(row.completion_failure).toMatch(/cancelled/i);
    }
    await expect.poll(() => simulator.stats().inFlight, GENTLE).toBe(0);
    held.release();
  });
});
