// Nobody answers a review in time: the model is asked again, with that note. A claim beyond its authority stays with its
// reviewer, whose answer counts however late it comes.

import { type Proposal, sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { ASSESSORS, CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { newClaimId, submit, viewOf, withdraw } from "./support/claims.ts";
import { callerOf, holdCalls } from "./support/model-calls.ts";
import { stateKeys } from "./support/restate-tables.ts";
import { answerPublicly, decide, ReviewsAsked } from "./support/reviews.ts";
import { typesOf, untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const NOTE = "Approval timed out - Evaluate with AI";
const bigClaim = { ...sampleClaim, amount: 8000 };
const refer: Proposal = { outcome: "refer", amount: 0, reasons: ["A person should see the bill."] };

describe.each(["default", "always-replay"] as const)("an overdue review [%s]", (mode) => {
  const reviews = new ReviewsAsked();
  const system = useSystem({ mode, onLine: reviews.onLine, env: { REVIEW_SLA_MS: "300" } });

  const isDecision = (call: Parameters<typeof callerOf>[0]) => callerOf(call) === "decision";
  const isAskedAgain = (call: Parameters<typeof callerOf>[0]) =>
    isDecision(call) && JSON.stringify(call.items).includes(NOTE);

  /** A claim of which people have been asked twice, the second time without a limit worth naming. */
  async function overdueClaim(): Promise<{ claimId: string; awakeable: string }> {
    const claimId = newClaimId();
    await submit(system(), claimId, bigClaim);
    return { claimId, awakeable: await reviews.awakeable(claimId, 2) };
  }

  it("beyond the model's authority stays with the reviewer, and is marked", async () => {
    const { simulator } = system();
    const again = simulator.nextCall(isAskedAgain);
    const { claimId } = await overdueClaim();
    await again;
    const events = await untilEvent(system(), claimId, "agent_finished", ASSESSORS.length + 2);
    expect(typesOf(events).slice(-4)).toEqual([
      "in_review",
      "review_overdue",
      "agent_started decision",
      "agent_finished decision",
    ]);
    expect(await viewOf(system(), claimId)).toMatchObject({ status: "in_review", review: { overdue: true } });
    expect(simulator.stats()).toMatchObject({ total: CALLS_OF_A_CLAIM + 1, repeated: 0 });
  });

  it("honours a late answer, through the claim as through the public line", async () => {
    const one = await overdueClaim();
    expect(await decide(system(), one.claimId, { outcome: "approve", reviewer: "r.diaz" })).toBe(200);
    await untilEvent(system(), one.claimId, "decided");
    expect((await viewOf(system(), one.claimId)).decision).toMatchObject({
      status: "approved",
      amount: 8000,
      decidedBy: { kind: "reviewer", reviewer: "r.diaz" },
    });
    const other = await overdueClaim();
    // The line of the first time leads nowhere any more.
    await answerPublicly(system(), await reviews.awakeable(other.claimId, 1), "true");
    await answerPublicly(system(), other.awakeable, "false");
    await untilEvent(system(), other.claimId, "decided");
    expect((await viewOf(system(), other.claimId)).decision).toMatchObject({ status: "denied" });
  });

  it("within the model's authority is decided by the model at last", async () => {
    const { simulator, server } = system();
    simulator.script((call) => (isDecision(call) && !isAskedAgain(call) ? { json: refer } : undefined));
    const claimId = newClaimId();
    await submit(system(), claimId);
    const events = await untilEvent(system(), claimId, "decided");
    expect(typesOf(events)).toContain("review_overdue");
    expect((await viewOf(system(), claimId)).decision).toMatchObject({
      status: "approved",
      amount: 3000,
      decidedBy: { kind: "authority_matrix", limit: 5000 },
    });
    expect(reviews.count(claimId)).toBe(1);
    expect(await decide(system(), claimId, { outcome: "deny" })).toBe(409);
    await expect
      .poll(() => stateKeys(server, "Review", claimId), { interval: 20, timeout: 20_000 })
      .toEqual([]);
  });

  it("takes an answer while the model is asked again, and the person outranks the model", async () => {
    const { simulator } = system();
    const held = holdCalls(simulator, isAskedAgain);
    const claimId = newClaimId();
    await submit(system(), claimId, bigClaim);
    await held.arrived();
    expect(await viewOf(system(), claimId)).toMatchObject({ status: "in_review", review: { overdue: true } });
    expect(await decide(system(), claimId, { outcome: "deny", note: "no bill" })).toBe(200);
    expect(await decide(system(), claimId, { outcome: "approve" })).toBe(409);
    held.release();
    await untilEvent(system(), claimId, "decided");
    expect((await viewOf(system(), claimId)).decision).toMatchObject({
      status: "denied",
      reasons: ["no bill"],
      decidedBy: { kind: "reviewer" },
    });
  });

  it("is decided by the person even when the model could decide by now", async () => {
    const { simulator } = system();
    const again = Promise.withResolvers<undefined>();
    const asked = simulator.nextCall(isAskedAgain);
    simulator.script((call) => {
      if (!isDecision(call)) return undefined;
      return isAskedAgain(call) ? again.promise : { json: refer };
    });
    const claimId = newClaimId();
    await submit(system(), claimId);
    await asked;
    expect(await decide(system(), claimId, { outcome: "deny", note: "seen before" })).toBe(200);
    again.resolve(undefined);
    await untilEvent(system(), claimId, "decided");
    expect((await viewOf(system(), claimId)).decision).toMatchObject({
      status: "denied",
      reasons: ["seen before"],
    });
  });

  it("can be withdrawn", async () => {
    const { claimId } = await overdueClaim();
    expect(await withdraw(system(), claimId)).toBe(200);
    expect(await decide(system(), claimId, { outcome: "approve" })).toBe(409);
  });
});
