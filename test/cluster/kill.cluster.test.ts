// Pods end in the middle of claims: agents', each in its turn, and Restate's own.

import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { approve, submit, untilInReview } from "../support/claims.ts";
import { eachAgentGoesOnAfterAKill, expectApproved, expectOneMore } from "../support/kills.ts";
import { useSharedRelease } from "./support/system.ts";
import { whySkipped } from "./support/why-skipped.ts";

describe.skipIf(whySkipped())("in the middle of a claim", () => {
  const system = useSharedRelease();

  async function killRestate(): Promise<void> {
    const back = await system().release.kill("restate");
    await back();
    await system().reconnect();
  }

  describe("an agent's pod is killed", () => {
    eachAgentGoesOnAfterAKill(system, (agent) => system().release.kill(agent));
  });

  it("Restate's pod is killed while a model answers", async () => {
    await system().simulator.inject({ kind: "hang", after: 1, match: { toolNamed: "check_claim_history" } });
    const claimId = await submit(system());
    await system().simulator.untilOneIsHeld(CALLS_OF_A_CLAIM - 1);
    await killRestate();
    await expectApproved(system(), claimId);
    await expectOneMore(system(), CALLS_OF_A_CLAIM);
  });

  it("Restate's pod is killed while a person is awaited", async () => {
    const claimId = await submit(system(), 8000);
    await untilInReview(system(), claimId);
    const before = await system().simulator.counts();
    await killRestate();
    await approve(system(), claimId);
    await expectApproved(system(), claimId, 8000);
    expect(await system().simulator.counts()).toEqual(before);
  });

  it("fraud's pod is deleted: it finishes its call, which is not made again", async () => {
    const toolNamed = "check_claim_history";
    await system().simulator.inject({ kind: "latency", latencyMs: 10_000, match: { toolNamed } });
    const claimId = await submit(system());
    await system().simulator.untilOneIsHeld(CALLS_OF_A_CLAIM - 2);
    const [pod] = await system().release.pods("fraud");
    await system().release.kubectl("delete", "pod", pod?.metadata.name ?? "");
    await expectApproved(system(), claimId);
    expect(await system().simulator.counts()).toMatchObject({ total: CALLS_OF_A_CLAIM, repeated: 0 });
  });
});
