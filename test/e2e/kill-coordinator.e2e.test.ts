// The coordinator is killed at every kind of moment: the claim goes on in the next process, and no model call is made
// again but one that was in flight.

import { sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { newClaimId, submit } from "./support/claims.ts";
import { expectApproved } from "./support/expect-approved.ts";
import { expectCalls } from "./support/expect-calls.ts";
import { callerOf, holdCalls } from "./support/model-calls.ts";
import { countJournaled, untilJournaled } from "./support/restate-tables.ts";
import { useSystem } from "./system.ts";

const system = useSystem();

describe("the coordinator", () => {
  it("is killed before the decision's model replies", async () => {
    const { simulator, agent } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, (call) => callerOf(call) === "decision");
    await submit(system(), claimId);
    const call = await held.arrived();
    await agent("coordinator").kill9();
    held.release();
    await agent("coordinator").restart();
    await expectApproved(system(), claimId);
    expectCalls(simulator, CALLS_OF_A_CLAIM + 1, [call.agent]);
  });

  it("is killed while its agents work: what they found meanwhile is there", async () => {
    const { simulator, agent } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, (call) => callerOf(call) === "eligibility");
    await submit(system(), claimId);
    await held.arrived();
    await agent("coordinator").kill9();
    held.release();
    await agent("coordinator").restart();
    await expectApproved(system(), claimId);
    expectCalls(simulator, CALLS_OF_A_CLAIM);
  });

  it("is killed as soon as the decision's reply is journaled", async () => {
    const { simulator, server, agent } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, (call) => callerOf(call) === "decision");
    const submission = await submit(system(), claimId);
    await held.arrived();
    const before = await countJournaled(server, submission, "Notification: Run");
    held.release();
    await untilJournaled(server, submission, "Notification: Run", before + 1);
    await agent("coordinator").kill9();
    await agent("coordinator").restart();
    await expectApproved(system(), claimId);
    expectCalls(simulator, CALLS_OF_A_CLAIM);
  });

  it("is killed inside a tool that calls another agent", async () => {
    const { simulator, agent } = system();
    const held = holdCalls(simulator, (call) => callerOf(call) === "fraud");
    const answer = system().call("RemoteMultiAgentClaimApproval", "run", sampleClaim);
    await held.arrived();
    await agent("coordinator").kill9();
    held.release();
    await agent("coordinator").restart();
    expect(await answer).toMatch(/^Decision: approve, \$3,000\.00\./);
    expectCalls(simulator, 6);
  });
});
