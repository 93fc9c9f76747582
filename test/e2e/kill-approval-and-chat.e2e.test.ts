// The approval service, which calls no model and waits for people, and the chat agent are killed: reviews and
// conversations go on in the next process.

import { sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { newClaimId, submit, viewOf } from "./support/claims.ts";
import { expectCalls } from "./support/expect-calls.ts";
import { holdCalls } from "./support/model-calls.ts";
import { countJournaled, invocationBy, untilJournaled } from "./support/restate-tables.ts";
import { typesOf, untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const bigClaim = { ...sampleClaim, amount: 8000 };

const notified: string[] = [];
const system = useSystem({
  onLine: (agent, line) => {
    if (agent === "approval" && line.includes("a review waits")) notified.push(line);
  },
});

const notificationsOf = (claimId: string) => notified.filter((line) => line.includes(`"${claimId}"`)).length;

function notification(claimId: string): Promise<string> {
  return system()
    .agent("approval")
    .waitForLine(new RegExp(`"${claimId}".*a review waits`));
}

function approve(claimId: string): Promise<unknown> {
  const answer = { outcome: "approve", reviewer: "r.diaz", amount: 7500 };
  return system().call("Claim", "decide", answer, { key: claimId });
}

async function expectApprovedByReviewer(claimId: string): Promise<void> {
  const events = await untilEvent(system(), claimId, "decided");
  expect(typesOf(events).slice(-2)).toEqual(["in_review", "decided"]);
  expect((await viewOf(system(), claimId)).decision).toMatchObject({
    status: "approved",
    amount: 7500,
    decidedBy: { kind: "reviewer", reviewer: "r.diaz" },
  });
  expectCalls(system().simulator, CALLS_OF_A_CLAIM);
}

describe("the approval service", () => {
  it("is killed while a review waits: nobody is asked again, and the answer arrives", async () => {
    const { server, agent } = system();
    const claimId = newClaimId();
    const submission = await submit(system(), claimId, bigClaim);
    await notification(claimId);
    const review = await invocationBy(server, submission, "HumanApprovalWorkflow");
    await untilJournaled(server, review, "Notification: Run", 1);
    await agent("approval").kill9();
    await agent("approval").restart();
    await approve(claimId);
    await expectApprovedByReviewer(claimId);
    expect(notificationsOf(claimId)).toBe(1);
  });

  it("is killed in the very moment in which it asks: people are asked again at most", async () => {
    const { agent } = system();
    const claimId = newClaimId();
    await submit(system(), claimId, bigClaim);
    await notification(claimId);
    await agent("approval").kill9();
    await agent("approval").restart();
    await approve(claimId);
    await expectApprovedByReviewer(claimId);
    expect([1, 2]).toContain(notificationsOf(claimId));
  });

  it("is down when the answer comes, which waits for it", async () => {
    const { server, agent } = system();
    const claimId = newClaimId();
    const submission = await submit(system(), claimId, bigClaim);
    await notification(claimId);
    const review = await invocationBy(server, submission, "HumanApprovalWorkflow");
    await untilJournaled(server, review, "Notification: Run", 1);
    await agent("approval").kill9();
    const answered = approve(claimId);
    await agent("approval").restart();
    await answered;
    await expectApprovedByReviewer(claimId);
    expect(notificationsOf(claimId)).toBe(1);
  });
});

describe("the chat agent", () => {
  const poem = "Make a poem about durable execution.";
  const shorter = "Shorten it to 2 lines.";
  const message = (session: string, text: string) =>
    system().call<string>("Chat", "message", { message: text }, { key: session });
  const historyOf = (session: string) =>
    system().call<{ role: string; content: string }[]>("Chat", "get_history", undefined, { key: session });

  it("is killed before its model replies, with another message in the queue", async () => {
    const { simulator, agent } = system();
    const held = holdCalls(simulator, () => true);
    const first = message("held", poem);
    const call = await held.arrived();
    const second = message("held", shorter);
    await agent("chat").kill9();
    held.release();
    await agent("chat").restart();
    expect(await conversation(first, second)).toEqual(await historyOf("held"));
    expectCalls(simulator, 3, [call.agent]);
  });

  it("is killed as soon as a reply is journaled", async () => {
    const { simulator, server, agent } = system();
    const held = holdCalls(simulator, () => true);
    const first = await system().send("Chat", "message", { message: poem }, { key: "journaled" });
    await held.arrived();
    const before = await countJournaled(server, first, "Notification: Run");
    held.release();
    await untilJournaled(server, first, "Notification: Run", before + 1);
    await agent("chat").kill9();
    await agent("chat").restart();
    const second = message("journaled", shorter);
    const answers = conversation(system().attach<string>(first), second);
    expect(await answers).toEqual(await historyOf("journaled"));
    expectCalls(simulator, 2);
  });

  /** The conversation that two answers make, the second one a shorter form of the first. */
  async function conversation(first: Promise<string>, second: Promise<string>) {
    const answers = await Promise.all([first, second]);
    expect(answers[1]).toBe(answers[0].split("\n").slice(0, 2).join("\n"));
    return [
      { role: "user", content: poem },
      { role: "assistant", content: answers[0] },
      { role: "user", content: shorter },
      { role: "assistant", content: answers[1] },
    ];
  }
});
