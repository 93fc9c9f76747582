// Each agent's container is killed or stopped in the middle of its work.

import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { submit } from "../support/claims.ts";
import { eachAgentGoesOnAfterAKill, expectApproved, expectOneMore } from "../support/kills.ts";
import { whySkipped } from "./support/docker.ts";
import { useContainers } from "./support/system.ts";

const SIGKILLED = 137;

describe.skipIf(whySkipped())("in the middle of its work", () => {
  const system = useContainers();

  async function kill(agent: string): Promise<() => Promise<void>> {
    expect((await system().service(agent).kill()).exitCode).toBe(SIGKILLED);
    return () => system().service(agent).start();
  }

  eachAgentGoesOnAfterAKill(system, kill);

  it("tour is killed after its tool has run", async () => {
    await system().simulator.inject({ kind: "hang", after: 1, match: { toolNamed: "get_weather" } });
    const question = { message: "What is the weather in New York?" };
    const answer = system().ingress.call<string>("WeatherAgent", "run", question);
    await system().simulator.untilOneIsHeld(2);
    const bringBack = await kill("tour");
    await bringBack();
    expect(await answer).toContain("New York");
    await expectOneMore(system(), 2);
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
    await expectApproved(system(), claimId);
    expect(await system().simulator.counts()).toMatchObject({ total: CALLS_OF_A_CLAIM, repeated: 0 });
  });
});
