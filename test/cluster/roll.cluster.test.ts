// Another version of an agent, in the middle of claims: what has begun ends on the code that it began with.

import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { approve, decided, submit, untilInReview } from "../support/claims.ts";
import { expectApproved } from "../support/kills.ts";
import { NEXT_VERSION, VERSION } from "./support/images.ts";
import { useSharedRelease } from "./support/system.ts";
import { whySkipped } from "./support/why-skipped.ts";

const rolled = ["coordinator", "approval", "fraud"] as const;
const suffix = (version: string) => version.replaceAll(".", "-");
const OLD = suffix(VERSION);
const NEW = suffix(NEXT_VERSION);

/** Values by which the rolled agents run a version, and others beside it. */
const running = (version: string, ...previous: string[]) =>
  rolled.flatMap((agent) => [
    `${agent}.image.tag=${version}`,
    `${agent}.previous=${previous.length > 0 ? `{${previous}}` : "null"}`,
  ]);

// Each goes on where the one before it has ended.
describe.skipIf(whySkipped())("a new version in mid-claim", () => {
  const system = useSharedRelease();
  let firstRevision = 0;
  let inReview = "";

  const replicasOf = async (version: string) => {
    const replicas = await system().release.replicas();
    return rolled.map((agent) => replicas[`${agent}-${version}`]);
  };

  it("takes new claims, and leaves those that have begun to the old one", async () => {
    firstRevision = await system().release.revision();
    inReview = await submit(system(), 8000);
    await untilInReview(system(), inReview);
    // Longer than the upgrade takes.
    const match = { toolNamed: "check_claim_history" };
    await system().simulator.inject({ kind: "latency", latencyMs: 40_000, after: 1, match });
    const inModelCall = await submit(system(), 3000);
    await system().simulator.untilOneIsHeld(2 * CALLS_OF_A_CLAIM - 1);
    const [oldPod] = await system().release.pods("fraud");
    if (oldPod === undefined) throw new Error("fraud has no pod");
    const completedBefore = await system().release.completedBy(oldPod);

    await system().release.upgrade(...running(NEXT_VERSION, VERSION));
    expect(await replicasOf(OLD)).toEqual([1, 1, 1]);
    expect(await replicasOf(NEW)).toEqual([1, 1, 1]);
    expect(await system().simulator.counts()).toMatchObject({ inFlight: 1 });

    const begunNow = await submit(system(), 2900);
    await expectApproved(system(), begunNow, 2900);
    expect(await system().ranOn(begunNow)).toMatchObject({
      Claim: `coordinator-${NEW}`,
      FraudAgent: `fraud-${NEW}`,
      EligibilityAgent: `eligibility-${OLD}`,
    });

    await expectApproved(system(), inModelCall);
    expect(await system().ranOn(inModelCall)).toMatchObject({
      Claim: `coordinator-${OLD}`,
      FraudAgent: `fraud-${OLD}`,
    });
    expect(await system().simulator.counts()).toMatchObject({ total: 3 * CALLS_OF_A_CLAIM, repeated: 0 });
    // In the process that it began in.
    expect(await system().release.completedBy(oldPod)).toBeGreaterThan(completedBefore);
  });

  it("is not dropped while a claim needs it: nothing is changed, and the reason and remedy are printed", async () => {
    const pods = async () => (await system().release.pods()).map(({ metadata }) => metadata.uid).sort();
    const before = { replicas: await system().release.replicas(), pods: await pods() };
    const dropped = system().release.upgrade(...running(NEXT_VERSION));
    await expect(dropped).rejects.toThrow(
      new RegExp(
        `holdfast-coordinator-${OLD}[^ ]*: would be dropped with 1 invocation in flight, which only it can finish. ` +
          "Keep that version running beside the new one .`previous` in the chart's values",
      ),
    );
    expect({ replicas: await system().release.replicas(), pods: await pods() }).toEqual(before);
  });

  it("can be taken back for new claims, while there are claims in flight on both", async () => {
    await system().release.upgrade(...running(VERSION, NEXT_VERSION));
    const begunNow = await submit(system(), 2800);
    await expectApproved(system(), begunNow, 2800);
    expect(await system().ranOn(begunNow)).toMatchObject({
      Claim: `coordinator-${OLD}`,
      FraudAgent: `fraud-${OLD}`,
    });
    await system().release.upgrade(...running(NEXT_VERSION, VERSION));
  });

  it("leaves the claim in review to the old one, which is dropped and forgotten when that has ended", async () => {
    await approve(system(), inReview);
    await expectApproved(system(), inReview, 8000);
    expect(await system().ranOn(inReview)).toMatchObject({
      Claim: `coordinator-${OLD}`,
      HumanApprovalWorkflow: `approval-${OLD}`,
    });
    await system().release.upgrade(...running(NEXT_VERSION));
    expect(await replicasOf(OLD)).toEqual([undefined, undefined, undefined]);
    expect(await system().registered()).not.toContain(`coordinator-${OLD}`);
    expect(await system().registered()).toContain(`coordinator-${NEW}`);
    expect((await decided(system(), await submit(system(), 2700))).status).toBe("approved");
  });

  it("is rolled back by Helm", async () => {
    await system().release.rollback(firstRevision);
    expect(await replicasOf(NEW)).toEqual([undefined, undefined, undefined]);
    const claimId = await submit(system(), 2600);
    await expectApproved(system(), claimId, 2600);
    expect(await system().ranOn(claimId)).toMatchObject({ Claim: `coordinator-${OLD}` });
    expect(await system().registered()).not.toContain(`coordinator-${NEW}`);
  });
});
