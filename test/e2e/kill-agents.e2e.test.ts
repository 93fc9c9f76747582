// The agents that assess claims are killed at every kind of moment: their work goes on in the next process, and no model
// call is made again but one that was in flight. (The other services have files of their own.)

import { sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { newClaimId, submit } from "./support/claims.ts";
import { expectApproved } from "./support/expect-approved.ts";
import { expectCalls } from "./support/expect-calls.ts";
import { callerOf, hasToolResults, holdCalls } from "./support/model-calls.ts";
import { countInvocations, invocationBy, stateKeys, untilJournaled } from "./support/restate-tables.ts";
import { useSystem } from "./system.ts";

const assessors = [
  { agent: "eligibility", service: "EligibilityAgent", tool: "look_up_coverage" },
  { agent: "rate-comparison", service: "RateComparisonAgent", tool: "compare_to_standard_rate" },
  { agent: "fraud", service: "FraudAgent", tool: "check_claim_history" },
] as const;

const system = useSystem();

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
    await expectApproved(system(), claimId);
    expectCalls(simulator, CALLS_OF_A_CLAIM + 1, [call.agent]);
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
    await expectApproved(system(), claimId);
    // The refused one is the only one that is made again.
    expectCalls(simulator, CALLS_OF_A_CLAIM + 1, [call.agent]);
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
    await expectApproved(system(), claimId);
    expectCalls(simulator, CALLS_OF_A_CLAIM + 1, [call.agent]);
  });
});

describe("the fraud agent", () => {
  it("is killed while claims of one policy are being recorded: each is recorded once", async () => {
    const { simulator, server, agent } = system();
    // None of their models has replied by then: a reply that is not yet journaled would be lost with the process.
    const held = holdCalls(simulator, () => true);
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
    held.release();
    await agent("fraud").restart();
    const risks = (await Promise.all(answers)).map(({ risk }) => risk);
    expect(risks.filter((risk) => risk === "low")).toHaveLength(1);
    expect(risks.filter((risk) => risk === "high")).toHaveLength(reasons.length - 1);
    expect(simulator.stats().repeatedAfterAnswer).toBe(0);
    expect(await stateKeys(server, "ClaimHistory")).toHaveLength(reasons.length);
  });
});
