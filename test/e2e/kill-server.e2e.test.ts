// The Restate server itself is killed in the middle of claims, reviews and conversations: it goes on where its journal
// ends, and no model call is made again but one that was in flight.

import { sampleClaim } from "@holdfast/contracts";
import { expect, it } from "vitest";
import { ASSESSORS, CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { decisionOf, newClaimId, submit } from "./support/claims.ts";
import { expectApproved } from "./support/expect-approved.ts";
import { expectCalls } from "./support/expect-calls.ts";
import { callerOf, hasToolResults, holdCalls } from "./support/model-calls.ts";
import { invocationBy, untilJournaled } from "./support/restate-tables.ts";
import { decide, ReviewsAsked } from "./support/reviews.ts";
import { untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const reviews = new ReviewsAsked();
const system = useSystem({ onLine: reviews.onLine });

async function crash(): Promise<void> {
  await system().server.kill();
  await system().server.restart();
}

it("while all assessing agents wait for their models", async () => {
  const { simulator } = system();
  const claimId = newClaimId();
  const held = holdCalls(simulator, () => true);
  await submit(system(), claimId);
  const agents = await Promise.all(ASSESSORS.map(async (_, i) => (await held.arrived(i + 1)).agent));
  await crash();
  held.release();
  await expectApproved(system(), claimId);
  const again = simulator.stats();
  expect(again).toMatchObject({
    total: CALLS_OF_A_CLAIM + ASSESSORS.length,
    repeated: ASSESSORS.length,
    repeatedAfterAnswer: 0,
  });
  for (const agent of agents) expect(again.byAgent[agent]).toBe(3);
});

it("while one agent waits for its model and the others are done", async () => {
  const { simulator } = system();
  const claimId = newClaimId();
  const held = holdCalls(simulator, (call) => callerOf(call) === "eligibility" && hasToolResults(call));
  await submit(system(), claimId);
  const call = await held.arrived();
  await untilEvent(system(), claimId, "agent_finished", ASSESSORS.length - 1);
  await crash();
  held.release();
  await expectApproved(system(), claimId);
  expectCalls(simulator, CALLS_OF_A_CLAIM + 1, [call.agent]);
});

it("after replies were journaled, with no call in flight", async () => {
  const { simulator, server } = system();
  const claimId = newClaimId();
  const match = { toolNamed: "check_claim_history" };
  simulator.inject({ kind: "status", status: 429, retryAfterSeconds: 2, after: 1, match });
  const refused = simulator.nextCall((call) => callerOf(call) === "fraud" && hasToolResults(call));
  const submission = await submit(system(), claimId);
  const call = await refused;
  await untilEvent(system(), claimId, "agent_finished", ASSESSORS.length - 1);
  await untilJournaled(server, await invocationBy(server, submission, "FraudAgent"), "Command: Sleep", 1);
  await crash();
  await expectApproved(system(), claimId);
  // The refused one is the only one that is made again.
  expectCalls(simulator, CALLS_OF_A_CLAIM + 1, [call.agent]);
});

it("before the decision's model replies, and whoever submitted it asks again", async () => {
  const { simulator } = system();
  const claimId = newClaimId();
  const held = holdCalls(simulator, (call) => callerOf(call) === "decision");
  const cutOff = decisionOf(system(), claimId).catch((error: unknown) => error);
  const call = await held.arrived();
  await crash();
  expect(await cutOff).toBeInstanceOf(TypeError);
  const again = decisionOf(system(), claimId);
  held.release();
  expect(await again).toMatchObject({ status: "approved", amount: 3000 });
  await expectApproved(system(), claimId);
  expectCalls(simulator, CALLS_OF_A_CLAIM + 1, [call.agent]);
});

it("while a review waits: nobody is asked again, and the answer counts", async () => {
  const { simulator, server } = system();
  const claimId = newClaimId();
  const submission = await submit(system(), claimId, { ...sampleClaim, amount: 8000 });
  await reviews.awakeable(claimId);
  const review = await invocationBy(server, submission, "HumanApprovalWorkflow");
  await untilJournaled(server, review, "Notification: Run", 1);
  await crash();
  expect(await decide(system(), claimId, { outcome: "approve" })).toBe(200);
  await expectApproved(system(), claimId, 8000);
  expect(reviews.count(claimId)).toBe(1);
  expectCalls(simulator, CALLS_OF_A_CLAIM);
});

it("while a conversation waits for its model", async () => {
  const { simulator } = system();
  const held = holdCalls(simulator, () => true);
  const message = { message: "Make a poem about durable execution." };
  const id = await system().send("Chat", "message", message, { key: "crash" });
  const call = await held.arrived();
  await crash();
  held.release();
  const poem = await system().attach<string>(id);
  expect(await system().call("Chat", "get_history", undefined, { key: "crash" })).toEqual([
    { role: "user", content: message.message },
    { role: "assistant", content: poem },
  ]);
  expectCalls(simulator, 2, [call.agent]);
});
