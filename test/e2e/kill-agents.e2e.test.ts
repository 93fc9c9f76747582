// Every agent that calls a model is killed at every kind of moment: its work goes on in the next process, and no model
// call is made again but one that was in flight. (kill-approval.e2e.test.ts is about the one that calls none.)

import { sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { newClaimId, submit, viewOf } from "./support/claims.ts";
import { expectCalls } from "./support/expect-calls.ts";
import { callerOf, hasToolResults, holdCalls } from "./support/model-calls.ts";
import {
  countInvocations,
  countJournaled,
  invocationBy,
  stateKeys,
  untilJournaled,
} from "./support/restate-tables.ts";
import { typesOf, untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const assessors = [
  { agent: "eligibility", service: "EligibilityAgent", tool: "look_up_coverage" },
  { agent: "rate-comparison", service: "RateComparisonAgent", tool: "compare_to_standard_rate" },
  { agent: "fraud", service: "FraudAgent", tool: "check_claim_history" },
] as const;

const timelineOfAnApproval = [
  "received",
  "assessing",
  ...assessors.flatMap(({ agent }) => [`agent_started ${agent}`, `agent_finished ${agent}`]),
  "deciding",
  "agent_started decision",
  "agent_finished decision",
  "decided",
].sort();

const system = useSystem();

/** The claim is approved, and its timeline has each event once. */
async function expectApproved(claimId: string): Promise<void> {
  const events = await untilEvent(system(), claimId, "decided");
  expect(typesOf(events).sort()).toEqual(timelineOfAnApproval);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect((await viewOf(system(), claimId)).decision).toMatchObject({ status: "approved", amount: 3000 });
}

describe.each(assessors)("the agent $agent", ({ agent, service, tool }) => {
  it("is killed before its model replies", async () => {
    const { simulator } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, (call) => callerOf(call) === agent);
    await submit(system(), claimId);
    const call = await held.arrived();
    await system().agent(agent).kill9();
    held.release();
    await system().agent(agent).restart();
    await expectApproved(claimId);
    expectCalls(simulator, 8, [call.agent]);
  });

  it("is killed after a reply was journaled, with no call in flight", async () => {
    const { simulator, server } = system();
    const claimId = newClaimId();
    // The second call is refused, and waited with: a moment to kill the agent in which nothing is in flight.
    simulator.inject({
      kind: "status",
      status: 429,
      retryAfterSeconds: 2,
      after: 1,
      match: { toolNamed: tool },
    });
    const refused = simulator.nextCall((call) => callerOf(call) === agent && hasToolResults(call));
    const submission = await submit(system(), claimId);
    const call = await refused;
    await untilJournaled(server, await invocationBy(server, submission, service), "Command: Sleep", 1);
    await system().agent(agent).kill9();
    await system().agent(agent).restart();
    await expectApproved(claimId);
    // The refused one is the only one that is made again.
    expectCalls(simulator, 8, [call.agent]);
    const calls = simulator.stats().calls.filter((made) => made.agent === call.agent);
    expect(calls.map(({ status }) => status)).toEqual([200, 429, 200]);
  });

  // The tools of these agents have no durable step of their own: the nearest durable operation after them is the model
  // call that takes their results.
  it("is killed after its tools have run", async () => {
    const { simulator } = system();
    const claimId = newClaimId();
    const held = holdCalls(simulator, (call) => callerOf(call) === agent && hasToolResults(call));
    await submit(system(), claimId);
    const call = await held.arrived();
    await system().agent(agent).kill9();
    held.release();
    await system().agent(agent).restart();
    await expectApproved(claimId);
    expectCalls(simulator, 8, [call.agent]);
  });
});

describe("the fraud agent", () => {
  it("is killed while claims of one policy are being recorded: each is recorded once", async () => {
    const { simulator, server, agent } = system();
    const reasons = Array.from({ length: 24 }, (_, i) => `bill ${i} for a broken leg`);
    const answers = reasons.map((reason) =>
      system().call<{ risk: string }>("FraudAgent", "run", {
        ...sampleClaim,
        reason,
        policyNumber: "P-KILL",
      }),
    );
    await expect
      .poll(() => countInvocations(server, "ClaimHistory/%/record", ["completed"]), { interval: 5 })
      .toBeGreaterThan(0);
    await agent("fraud").kill9();
    await agent("fraud").restart();
    const risks = (await Promise.all(answers)).map(({ risk }) => risk);
    expect(risks.filter((risk) => risk === "low")).toHaveLength(1);
    expect(risks.filter((risk) => risk === "high")).toHaveLength(reasons.length - 1);
    expect(simulator.stats().repeatedAfterAnswer).toBe(0);
    expect(await stateKeys(server, "ClaimHistory")).toHaveLength(reasons.length);
  });
});

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
    await expectApproved(claimId);
    expectCalls(simulator, 8, [call.agent]);
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
    await expectApproved(claimId);
    expectCalls(simulator, 7);
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
    await expectApproved(claimId);
    expectCalls(simulator, 7);
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
