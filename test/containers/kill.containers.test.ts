// Each agent's container is killed or stopped in the middle of its work, which goes on in the next one: no model call that
// was answered is made again.

import { agentId } from "@holdfast/simulator";
import { describe, expect, it } from "vitest";
import { decisionAgent } from "../../services/coordinator/decision-agent.ts";
import { approve, decided, submit, viewOf } from "../support/claims.ts";
import { whySkipped } from "./support/docker.ts";
import { useContainers } from "./support/system.ts";

const SIGKILLED = 137;
const CALLS_OF_A_CLAIM = 7;
const assessors = [
  { agent: "eligibility", toolNamed: "look_up_coverage" },
  { agent: "rate-comparison", toolNamed: "compare_to_standard_rate" },
  { agent: "fraud", toolNamed: "check_claim_history" },
] as const;
const decision = agentId(String(decisionAgent("any").instructions));

describe.skipIf(whySkipped())("in the middle of its work", () => {
  const system = useContainers();

  /** Kills the agent while a call of it hangs, which is then the only one that is made again. */
  async function killWithCallInFlight(agent: string, callsByThen: number): Promise<void> {
    await system().simulator.untilOneIsHeld(callsByThen);
    expect((await system().service(agent).kill()).exitCode).toBe(SIGKILLED);
    await system().service(agent).start();
  }

  async function expectOneMore(calls: number): Promise<void> {
    expect(await system().simulator.counts()).toEqual({
      total: calls + 1,
      repeated: 1,
      repeatedAfterAnswer: 0,
      inFlight: 0,
    });
  }

  async function expectApproved(claimId: string, amount = 3000): Promise<void> {
    expect(await decided(system(), claimId)).toMatchObject({ status: "approved", decision: { amount } });
  }

  it.each(assessors)("$agent is killed after its tools have run", async ({ agent, toolNamed }) => {
    await system().simulator.inject({ kind: "hang", after: 1, match: { toolNamed } });
    const claimId = await submit(system());
    await killWithCallInFlight(agent, CALLS_OF_A_CLAIM - 1);
    await expectApproved(claimId);
    await expectOneMore(CALLS_OF_A_CLAIM);
  });

  it("coordinator is killed while its model decides", async () => {
    await system().simulator.inject({ kind: "hang", match: { agent: decision } });
    const claimId = await submit(system());
    await killWithCallInFlight("coordinator", CALLS_OF_A_CLAIM);
    await expectApproved(claimId);
    await expectOneMore(CALLS_OF_A_CLAIM);
  });

  it("approval is killed while a reviewer is awaited, and down when the answer comes", async () => {
    const claimId = await submit(system(), 8000);
    await expect
      .poll(async () => (await viewOf(system(), claimId)).status, { timeout: 20_000 })
      .toBe("in_review");
    const callsSoFar = await system().simulator.counts();
    expect((await system().service("approval").kill()).exitCode).toBe(SIGKILLED);
    const answered = approve(system(), claimId);
    await system().service("approval").start();
    await answered;
    await expectApproved(claimId, 8000);
    expect(await system().simulator.counts()).toEqual({ ...callsSoFar, repeated: 0, repeatedAfterAnswer: 0 });
  });

  it("chat is killed while its model answers", async () => {
    await system().simulator.inject({ kind: "hang" });
    const message = { message: "Make a poem about durable execution." };
    const answer = system().ingress.call<string>("Chat", "message", message, { key: "killed" });
    await killWithCallInFlight("chat", 1);
    expect(await answer).toContain("urable execution");
    await expectOneMore(1);
  });

  it("tour is killed after its tool has run", async () => {
    await system().simulator.inject({ kind: "hang", after: 1, match: { toolNamed: "get_weather" } });
    const question = { message: "What is the weather in New York?" };
    const answer = system().ingress.call<string>("WeatherAgent", "run", question);
    await killWithCallInFlight("tour", 2);
    expect(await answer).toContain("New York");
    await expectOneMore(2);
  });

  it("fraud is stopped: the call in flight is let finish, and not made again", async () => {
    await system().simulator.inject({
      kind: "latency",
      latencyMs: 5000,
      match: { toolNamed: "check_claim_history" },
    });
    const claimId = await submit(system());
    await system().simulator.untilOneIsHeld(CALLS_OF_A_CLAIM - 2);
    const { exitCode, tookMs } = await system().service("fraud").terminate();
    expect(exitCode).toBe(0);
    // It waited for the call.
    expect(tookMs).toBeGreaterThan(1000);
    await system().service("fraud").start();
    await expectApproved(claimId);
    expect(await system().simulator.counts()).toMatchObject({ total: CALLS_OF_A_CLAIM, repeated: 0 });
  });
});
