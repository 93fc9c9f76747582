// Each agent ends in the middle of its work, which goes on in the next one, be it a container or a pod: no model call that was
// answered is made again.

import { agentId } from "@holdfast/simulator";
import type { Ingress } from "@holdfast/testing";
import { expect, it } from "vitest";
import { decisionAgent } from "../../services/coordinator/decision/decision-agent.ts";
import { CALLS_OF_A_CLAIM } from "./assessors.ts";
import { approve, decided, type Gateway, submit, untilInReview } from "./claims.ts";
import type { RemoteSimulator } from "./remote-simulator.ts";

export interface KillableSystem extends Gateway {
  readonly ingress: Ingress;
  readonly simulator: RemoteSimulator;
}

/** Kills an agent without letting it finish anything. @returns what has it back */
export type Kill = (agent: string) => Promise<() => Promise<void>>;

export const decision = agentId(String(decisionAgent("any").instructions));
const assessors = [
  { agent: "eligibility", toolNamed: "look_up_coverage" },
  { agent: "rate-comparison", toolNamed: "compare_to_standard_rate" },
  { agent: "fraud", toolNamed: "check_claim_history" },
] as const;

export async function expectOneMore({ simulator }: KillableSystem, calls: number): Promise<void> {
  // A killed one's call ends when its connection does.
  await expect
    .poll(() => simulator.counts(), { timeout: 10_000 })
    .toEqual({ total: calls + 1, repeated: 1, repeatedAfterAnswer: 0, inFlight: 0 });
}

export async function expectApproved(system: Gateway, claimId: string, amount = 3000): Promise<void> {
  expect(await decided(system, claimId)).toMatchObject({ status: "approved", decision: { amount } });
}

/** A test for each agent. */
export function eachAgentGoesOnAfterAKill(system: () => KillableSystem, kill: Kill): void {
  /** Kills the agent while a call of it hangs, which is then the only one that is made again. */
  async function killWithCallInFlight(agent: string, callsByThen: number): Promise<void> {
    await system().simulator.untilOneIsHeld(callsByThen);
    const bringBack = await kill(agent);
    await bringBack();
  }

  it.each(assessors)("$agent is killed after its tools have run", async ({ agent, toolNamed }) => {
    await system().simulator.inject({ kind: "hang", after: 1, match: { toolNamed } });
    const claimId = await submit(system());
    await killWithCallInFlight(agent, CALLS_OF_A_CLAIM - 1);
    await expectApproved(system(), claimId);
    await expectOneMore(system(), CALLS_OF_A_CLAIM);
  });

  it("coordinator is killed while its model decides", async () => {
    await system().simulator.inject({ kind: "hang", match: { agent: decision } });
    const claimId = await submit(system());
    await killWithCallInFlight("coordinator", CALLS_OF_A_CLAIM);
    await expectApproved(system(), claimId);
    await expectOneMore(system(), CALLS_OF_A_CLAIM);
  });

  it("approval is killed while a reviewer is awaited, and down when the answer comes", async () => {
    const claimId = await submit(system(), 8000);
    await untilInReview(system(), claimId);
    const callsSoFar = await system().simulator.counts();
    const bringBack = await kill("approval");
    const answered = approve(system(), claimId);
    await bringBack();
    await answered;
    await expectApproved(system(), claimId, 8000);
    expect(await system().simulator.counts()).toEqual({ ...callsSoFar, repeated: 0, repeatedAfterAnswer: 0 });
  });

  it("chat is killed while its model answers", async () => {
    await system().simulator.inject({ kind: "hang" });
    const message = { message: "Make a poem about durable execution." };
    const answer = system().ingress.call<string>("Chat", "message", message, { key: "killed" });
    await killWithCallInFlight("chat", 1);
    expect(await answer).toContain("urable execution");
    await expectOneMore(system(), 1);
  });
}
