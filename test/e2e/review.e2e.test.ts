// A claim beyond the model's authority waits for a person: whichever way the answer comes and whatever it is, the first
// one that makes sense counts, and none of the others does.

import { sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { newClaimId, submit, viewOf } from "./support/claims.ts";
import { stateKeys } from "./support/restate-tables.ts";
import { answerPublicly, decide, ReviewsAsked } from "./support/reviews.ts";
import { typesOf, untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const bigClaim = { ...sampleClaim, amount: 8000 };

describe.each(["default", "always-replay"] as const)("a review [%s]", (mode) => {
  const reviews = new ReviewsAsked();
  const system = useSystem({ mode, onLine: reviews.onLine });

  /** A claim whose review waits. */
  async function inReview(): Promise<{ claimId: string; awakeable: string }> {
    const claimId = newClaimId();
    await submit(system(), claimId, bigClaim);
    return { claimId, awakeable: await reviews.awakeable(claimId) };
  }

  async function decisionOf(claimId: string) {
    await untilEvent(system(), claimId, "decided");
    return (await viewOf(system(), claimId)).decision;
  }

  it("is asked for, with the reasons and the line to answer through", async () => {
    const { claimId } = await inReview();
    const view = await viewOf(system(), claimId);
    expect(view).toMatchObject({
      status: "in_review",
      review: { overdue: false, since: expect.any(String) },
    });
    expect(view.review?.why).toContain(
      "The amount is above the $5000 that may be approved without a person.",
    );
    const line = await system()
      .agent("approval")
      .waitForLine(new RegExp(`"${claimId}"`));
    expect(line).toContain(`curl ${system().server.ingressUrl}/restate/awakeables/`);
  });

  it.each([
    ["true", "approved", "Approved by a reviewer."],
    ['"approved"', "approved", "Approved by a reviewer."],
    ["false", "denied", "Denied by a reviewer."],
    ['{"outcome":"deny","note":"no bill"}', "denied", "no bill"],
    ['{"outcome":"approve","amount":500.5,"note":""}', "approved", "Approved by a reviewer."],
  ])("takes %s through the public line", async (answer, status, reason) => {
    const { claimId, awakeable } = await inReview();
    expect(await answerPublicly(system(), awakeable, answer)).toBe(202);
    const decision = await decisionOf(claimId);
    const amount = status === "denied" ? 0 : answer.includes("500.5") ? 500.5 : 8000;
    expect(decision).toMatchObject({ status, amount, reasons: [reason], decidedBy: { kind: "reviewer" } });
    expect(reviews.count(claimId)).toBe(1);
  });

  it("takes Restate's own way to say no, with a reason of any length", async () => {
    const { claimId, awakeable } = await inReview();
    const reason = "not a bill ".repeat(500).trim();
    expect(await answerPublicly(system(), awakeable, reason, "reject")).toBe(202);
    const decision = await decisionOf(claimId);
    expect(decision).toMatchObject({ status: "denied", decidedBy: { kind: "reviewer" } });
    expect(reason.startsWith(decision?.reasons[0]?.replace(/…$/, "") ?? "-")).toBe(true);
  });

  it("asks again after every answer that makes no sense", async () => {
    const { claimId } = await inReview();
    const nonsense = [
      "maybe",
      '"maybe"',
      '{"outcome":"approve"',
      "",
      "null",
      '{"outcome":"approve","amount":1e9}',
    ];
    for (const [i, answer] of nonsense.entries()) {
      await answerPublicly(system(), await reviews.awakeable(claimId, i + 1), answer);
      const events = await untilEvent(system(), claimId, "review_unclear", i + 1);
      expect(events.at(-1)?.entry).toMatchObject({ rule: expect.stringContaining("must be true, false") });
    }
    const awakeable = await reviews.awakeable(claimId, nonsense.length + 1);
    expect((await viewOf(system(), claimId)).status).toBe("in_review");
    await answerPublicly(system(), awakeable, "true");
    expect(await decisionOf(claimId)).toMatchObject({ status: "approved", amount: 8000 });
  });

  it("counts the first of two public answers", async () => {
    const { claimId, awakeable } = await inReview();
    await answerPublicly(system(), awakeable, "false");
    await answerPublicly(system(), awakeable, "true");
    expect(await decisionOf(claimId)).toMatchObject({ status: "denied", amount: 0 });
    expect(await decide(system(), claimId, { outcome: "approve" })).toBe(409);
    expect((await viewOf(system(), claimId)).status).toBe("denied");
  });

  it("is decided through the claim: a note as long as notes may be, never more than was claimed", async () => {
    const { claimId } = await inReview();
    const note = "n".repeat(2000);
    const answer = { outcome: "approve", amount: 9_000_000, note, reviewer: "r.diaz" };
    expect(await decide(system(), claimId, answer)).toBe(200);
    const decision = await decisionOf(claimId);
    expect(decision).toMatchObject({
      status: "approved",
      amount: 8000,
      reasons: [note],
      decidedBy: { kind: "reviewer", reviewer: "r.diaz" },
    });
  });

  it("refuses an answer that makes no sense, and waits on", async () => {
    const { claimId } = await inReview();
    expect(await decide(system(), claimId, { outcome: "maybe" })).toBe(400);
    expect(await decide(system(), claimId, { outcome: "approve", amount: -1 })).toBe(400);
    expect((await viewOf(system(), claimId)).status).toBe("in_review");
    expect(await decide(system(), claimId, { outcome: "deny" })).toBe(200);
    expect(await decisionOf(claimId)).toMatchObject({ status: "denied" });
    expect(reviews.count(claimId)).toBe(1);
  });

  it("takes one answer of many at once", async () => {
    const { claimId } = await inReview();
    const answers = Array.from({ length: 8 }, (_, i) => ({ outcome: "approve", amount: 1000 + i }));
    const statuses = await Promise.all(answers.map((answer) => decide(system(), claimId, answer)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(7);
    const amount = 1000 + statuses.indexOf(200);
    expect(await decisionOf(claimId)).toMatchObject({ status: "approved", amount });
  });

  it("gives one consistent answer when the claim and the public line are answered at once", async () => {
    for (let round = 0; round < 6; round++) {
      const { claimId, awakeable } = await inReview();
      const publicly = () => answerPublicly(system(), awakeable, "false");
      const through = () => decide(system(), claimId, { outcome: "approve" });
      const [status] = await Promise.all(
        round % 2 ? [through(), publicly()] : [publicly().then(() => through()), undefined],
      );
      const decision = await decisionOf(claimId);
      expect([status, decision?.status]).toEqual(status === 200 ? [200, "approved"] : [409, "denied"]);
    }
  });

  it("takes the claim's answer when nonsense came through the public line just before", async () => {
    for (let round = 0; round < 6; round++) {
      const { claimId, awakeable } = await inReview();
      const [, status] = await Promise.all([
        answerPublicly(system(), awakeable, "maybe"),
        decide(system(), claimId, { outcome: "approve" }),
      ]);
      expect(status).toBe(200);
      expect(await decisionOf(claimId)).toMatchObject({ status: "approved" });
    }
  });

  it("can be answered as soon as the claim says that it is in review", async () => {
    for (let round = 0; round < 6; round++) {
      const claimId = newClaimId();
      await submit(system(), claimId, bigClaim);
      await untilEvent(system(), claimId, "in_review");
      expect(await decide(system(), claimId, { outcome: "approve" })).toBe(200);
      const events = await untilEvent(system(), claimId, "decided");
      expect(typesOf(events).slice(-2)).toEqual(["in_review", "decided"]);
    }
  });

  it("is answered for all who ask about the same claim", async () => {
    const { claimId } = await inReview();
    const other = system().call("HumanApprovalWorkflow", "requestApproval", { claim: bigClaim, claimId });
    await reviews.awakeable(claimId, 2);
    const answer = { outcome: "approve", amount: 7000 };
    expect(await decide(system(), claimId, answer)).toBe(200);
    expect(await other).toEqual({ status: "answered", answer });
    expect(await decisionOf(claimId)).toMatchObject({ status: "approved", amount: 7000 });

    const next = await inReview();
    const asksToo = system().call("HumanApprovalWorkflow", "requestApproval", {
      claim: bigClaim,
      claimId: next.claimId,
    });
    await answerPublicly(system(), await reviews.awakeable(next.claimId, 2), "false");
    expect(await asksToo).toEqual({ status: "answered", answer: { outcome: "deny" } });
    expect(await decisionOf(next.claimId)).toMatchObject({ status: "denied" });
  });

  it("can be asked for without a claim's id, and answered by its own", async () => {
    const { server, call, send, attach } = system();
    const request = { claim: bigClaim };
    const id = await send("HumanApprovalWorkflow", "requestApproval", request);
    await reviews.awakeable(id);
    await call("Review", "answer", { outcome: "deny", note: "no" }, { key: id });
    expect(await attach(id)).toEqual({ status: "answered", answer: { outcome: "deny", note: "no" } });
    await expect(call("Review", "answer", { outcome: "approve" }, { key: id })).rejects.toMatchObject({
      status: 409,
    });

    const cancelled = await send("HumanApprovalWorkflow", "requestApproval", request);
    await reviews.awakeable(cancelled);
    await server.cancel(cancelled);
    await expect
      .poll(() => stateKeys(server, "Review", cancelled), { interval: 20, timeout: 20_000 })
      .toEqual([]);

    const hurried = await call("HumanApprovalWorkflow", "requestApproval", { ...request, slaMs: 1 });
    expect(hurried).toEqual({ status: "timed_out", message: "Approval timed out - Evaluate with AI" });
  });

  it("has nothing to answer for claims that are unknown or decided", async () => {
    expect(await decide(system(), newClaimId("unknown"), { outcome: "approve" })).toBe(404);
    const claimId = newClaimId();
    await submit(system(), claimId);
    await untilEvent(system(), claimId, "decided");
    expect(await decide(system(), claimId, { outcome: "deny" })).toBe(409);
    expect((await viewOf(system(), claimId)).status).toBe("approved");
  });
});
