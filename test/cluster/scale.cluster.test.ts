// Each agent has its own number of pods: more under load, by hand and by itself, and none at all for a while.

import { sampleClaim } from "@holdfast/contracts";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { submit } from "../support/claims.ts";
import { expectApproved } from "../support/kills.ts";
import { VERSION } from "./support/images.ts";
import { isReady } from "./support/release.ts";
import { useSharedRelease } from "./support/system.ts";
import { whySkipped } from "./support/why-skipped.ts";

const FRAUD = `fraud-${VERSION.replaceAll(".", "-")}`;

describe.skipIf(whySkipped())("an agent's scale", () => {
  const system = useSharedRelease();

  /** Submits claims that all differ, past the gateway's limit of requests. @returns their invocations */
  async function submitMany(count: number, run: string): Promise<string[]> {
    const sent = [];
    for (let i = 0; i < count; i++) {
      const claim = { ...sampleClaim, amount: 1000, reason: `hospital bill ${run} ${i}` };
      const key = `clm_${run}_${i}`;
      sent.push(await system().ingress.send("Claim", "submit", claim, { key }));
    }
    return sent;
  }

  const scale = (replicas: number) =>
    system().release.kubectl("scale", `deployment/holdfast-${FRAUD}`, `--replicas=${replicas}`);
  /** Of what `kubectl scale` has set before, Helm asks whether it is meant. */
  const setReplicaCount = (count: string) =>
    system().release.upgrade(`fraud.replicaCount=${count}`, "--force-conflicts");
  const readyPods = async () => (await system().release.pods("fraud")).filter(isReady).length;
  const expectPods = (count: number) =>
    expect.poll(readyPods, { timeout: 60_000, interval: 500 }).toBe(count);
  /** None that ends, either. */
  const untilNoPods = () => {
    const fraud = "--selector=app.kubernetes.io/instance=holdfast,app.kubernetes.io/name=fraud";
    return system().release.kubectl("wait", "pods", fraud, "--for=delete", "--timeout=60s");
  };
  /** Of all other parts. */
  const others = async () =>
    (await system().release.pods())
      .filter(({ metadata }) => metadata.labels["app.kubernetes.io/name"] !== "fraud")
      .map(({ metadata }) => metadata.name)
      .sort();
  const statusesOfFraud = async () =>
    (
      await system().query(
        "SELECT status FROM sys_invocation WHERE target = 'FraudAgent/run' AND status <> 'completed'",
        z.object({ status: z.string() }),
      )
    ).map(({ status }) => status);

  it("goes from 1 to 4 under load, by kubectl, and the others stay as they are", async () => {
    const before = await others();
    const claims = await submitMany(30, "first");
    onTestFinished(async () => {
      await scale(1);
      await expectPods(1);
    });
    await scale(4);
    await expectPods(4);
    // Work comes to new pods with new connections.
    const leastWork = async () => {
      claims.push(...(await submitMany(20, `after${claims.length}x`)));
      const { release } = system();
      const pods = await release.pods("fraud");
      return Math.min(...(await Promise.all(pods.map((pod) => release.completedBy(pod)))));
    };
    await expect.poll(leastWork, { timeout: 60_000, interval: 1000 }).toBeGreaterThan(0);
    const decisions = await Promise.all(claims.map((id) => system().ingress.attach(id)));
    expect(decisions).toEqual(decisions.map(() => expect.objectContaining({ status: "approved" })));
    expect(await system().simulator.counts()).toMatchObject({
      total: claims.length * CALLS_OF_A_CLAIM,
      repeated: 0,
    });
    expect(await others()).toEqual(before);
  });

  it("is left as kubectl set it by an upgrade of something else", async () => {
    await scale(0);
    onTestFinished(async () => {
      await scale(1);
      await expectPods(1);
    });
    // Which does not wait for fraud, either.
    await system().release.upgrade("chat.podAnnotations.upgraded=once");
    expect((await system().release.replicas())[FRAUD]).toBe(0);
  });

  it("follows the CPU load when it has an autoscaler, and the others stay as they are", async () => {
    await system().release.upgrade(
      "fraud.autoscaling.enabled=true",
      "fraud.autoscaling.maxReplicas=3",
      "fraud.autoscaling.targetCPUUtilizationPercentage=50",
      "fraud.autoscaling.behavior.scaleDown.stabilizationWindowSeconds=0",
    );
    onTestFinished(async () => {
      await system().release.upgrade("fraud.autoscaling.enabled=false");
      await scale(1);
      await expectPods(1);
    });
    const before = await others();
    const enough = new AbortController();
    const load = (async () => {
      for (let i = 0; !enough.signal.aborted; i++) {
        const ids = await submitMany(10, `load${i}x`);
        await Promise.all(ids.map((id) => system().ingress.attach(id)));
      }
    })();
    try {
      await expect.poll(readyPods, { timeout: 120_000, interval: 1000 }).toBeGreaterThan(1);
    } finally {
      enough.abort();
      await load;
    }
    expect(await system().simulator.counts()).toMatchObject({ repeated: 0 });
    expect(await others()).toEqual(before);
    await expect
      .poll(async () => (await system().release.replicas())[FRAUD], { timeout: 120_000, interval: 1000 })
      .toBe(1);
  });

  it("is 0: its work is held in Restate, other upgrades pass, and nothing is lost", async () => {
    await setReplicaCount("0");
    await untilNoPods();
    const claimId = await submit(system());
    await expect.poll(statusesOfFraud, { timeout: 20_000 }).toEqual(["backing-off"]);
    await system().release.upgrade("chat.podAnnotations.upgraded=twice");
    // Fraud's two calls and the decision are to come.
    expect(await system().simulator.counts()).toMatchObject({ total: 4 });
    await setReplicaCount("1");
    await expectApproved(system(), claimId);
    expect(await system().simulator.counts()).toMatchObject({ total: CALLS_OF_A_CLAIM, repeated: 0 });
  });

  it("is 0 for longer than Restate tries: one command resumes what is paused, and nothing is lost", async () => {
    await system().release.upgrade("fraud.env.RETRY_MAX_ATTEMPTS=3");
    onTestFinished(async () => {
      await system().release.upgrade("fraud.env=null", "fraud.replicaCount=null");
    });
    await scale(0);
    await untilNoPods();
    const claims = [await submit(system(), 3000), await submit(system(), 2900)];
    await expect.poll(statusesOfFraud, { timeout: 20_000 }).toEqual(["paused", "paused"]);
    await scale(1);
    await expectPods(1);
    expect(await statusesOfFraud()).toEqual(["paused", "paused"]);

    const job = "holdfast-resume-now";
    await system().release.kubectl("create", "job", "--from=cronjob/holdfast-resume-paused", job);
    onTestFinished(async () => void (await system().release.kubectl("delete", "job", job)));
    await system().release.kubectl("wait", `job/${job}`, "--for=condition=Complete", "--timeout=60s");
    expect(await system().release.kubectl("logs", `job/${job}`)).toBe("resumed 2 of FraudAgent\n");
    await Promise.all([
      expectApproved(system(), claims[0] ?? "", 3000),
      expectApproved(system(), claims[1] ?? "", 2900),
    ]);
    expect(await system().simulator.counts()).toMatchObject({ total: 2 * CALLS_OF_A_CLAIM, repeated: 0 });
  });
});
