// A claim that cannot go on is seen, and an operator puts it right.

import { claimViewSchema, sampleClaim } from "@holdfast/contracts";
import { startOtlpReceiver } from "@holdfast/testing/otlp-receiver";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { main } from "../../scripts/operator/main.ts";
import { newClaimId, submit, viewOf } from "./support/claims.ts";
import { callerOf, holdCalls } from "./support/model-calls.ts";
import { countInvocations } from "./support/restate-tables.ts";
import { ReviewsAsked } from "./support/reviews.ts";
import { typesOf, untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const bigClaim = { ...sampleClaim, amount: 8000 };
const changedSteps = { NODE_OPTIONS: `--import=${new URL("support/changed-steps.ts", import.meta.url)}` };
const asBefore = { NODE_OPTIONS: "" };
const SEEN = [0, 1, 2, 3, 4].map((second) => `2026-01-01T00:00:0${second}.000Z`) as [
  string,
  string,
  string,
  string,
  string,
];
const PATIENT = { timeout: 30_000 };
const otlp = await startOtlpReceiver();
afterAll(() => otlp.stop());

describe("a claim in trouble", () => {
  const reviews = new ReviewsAsked();
  const system = useSystem({
    gateway: true,
    onLine: reviews.onLine,
    otlpUrl: otlp.url,
    env: { TROUBLE_CHECK_MS: "100", INACTIVITY_TIMEOUT_MS: "100", OTEL_METRIC_EXPORT_INTERVAL: "200" },
  });

  const gateway = (claimId: string, path = "", body?: object) =>
    fetch(`${system().gatewayUrl}/api/claims/${claimId}${path}`, {
      ...(body && {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
  const attentionOf = async (claimId: string) =>
    claimViewSchema.parse(await (await gateway(claimId)).json()).needsAttention;
  const recover = (claimId: string, ...choice: string[]) =>
    main(["recover", claimId, "--url", system().server.adminUrl, ...choice]);
  const inTrouble = (kind: string) =>
    otlp
      .metrics()
      .findLast(
        ({ name, attributes }) =>
          name === "holdfast.claims.in_trouble" && attributes["holdfast.claim.trouble"] === kind,
      )?.value;
  const typesUntil = async (claimId: string, type: Parameters<typeof untilEvent>[2]) =>
    typesOf(await untilEvent(system(), claimId, type)).filter((entry) =>
      /attention|in_review|decided/.test(entry),
    );

  /** A claim in review whose coordinator is replaced by one that cannot go on with it, and that is then answered. */
  async function stranded() {
    onTestFinished(() => system().agent("coordinator").restart(asBefore));
    const claimId = newClaimId("trouble");
    await submit(system(), claimId, bigClaim);
    await reviews.awakeable(claimId);
    // One that runs would be tried again, and be seen, before anybody answers.
    const suspended = () => countInvocations(system().server, `Claim/${claimId}/submit`, ["suspended"]);
    await expect.poll(suspended, PATIENT).toBe(1);
    await system().agent("coordinator").restart(changedSteps);
    return {
      claimId,
      answer: await gateway(claimId, "/decision", { outcome: "approve", reviewer: "r.diaz" }),
    };
  }

  it("is seen in its view, its timeline and the metric, and to its reviewer; and goes on once the release is put back", async () => {
    const { claimId, answer } = await stranded();
    expect([answer.status, await answer.json()]).toEqual([
      202,
      {
        claimId,
        outcome: "approve",
        detail: expect.stringMatching(/^The claim is held up: Claim cannot go on: .*\(error 570\)\./),
      },
    ]);
    await expect
      .poll(() => attentionOf(claimId), PATIENT)
      .toMatchObject({
        kind: "journal_mismatch",
        service: "Claim",
        remedy: expect.stringContaining(`npm run operator -- recover ${claimId}`),
      });
    expect(await typesUntil(claimId, "needs_attention")).toEqual(["in_review", "needs_attention"]);
    await otlp.waitFor(() => inTrouble("journal_mismatch") === 1);
    expect(await recover(claimId)).toBe(0);
    expect(await main(["list", "--url", system().server.adminUrl])).toBe(0);
    expect(await recover(claimId, "--resume")).toBe(1);

    await system().agent("coordinator").restart(asBefore);
    await recover(claimId, "--resume", "--yes");
    expect(await typesUntil(claimId, "decided")).toEqual(["in_review", "needs_attention", "decided"]);
    expect((await viewOf(system(), claimId)).decision?.decidedBy).toEqual({
      kind: "reviewer",
      reviewer: "r.diaz",
    });
    await expect.poll(() => attentionOf(claimId), PATIENT).toBeUndefined();
    await otlp.waitFor(() => inTrouble("journal_mismatch") === 0);
    expect(await recover(claimId, "--restart", "--yes")).toBe(1);
  });

  it("is assessed anew on what runs now, where its reviewer's answer counts", async () => {
    const { claimId, answer } = await stranded();
    expect(answer.status).toBe(202);
    await untilEvent(system(), claimId, "needs_attention");
    expect(await recover(claimId, "--restart", "--yes")).toBe(0);
    expect(await typesUntil(claimId, "decided")).toEqual([
      "in_review",
      "needs_attention",
      "in_review",
      "decided",
    ]);
    const { decision, needsAttention } = await viewOf(system(), claimId);
    expect(decision).toMatchObject({
      status: "approved",
      decidedBy: { kind: "reviewer", reviewer: "r.diaz" },
    });
    expect(needsAttention).toBeUndefined();
  });

  it("is in trouble with an agent that it called, and goes on with it", async () => {
    const claimId = newClaimId("trouble");
    const held = holdCalls(system().simulator, (call) => callerOf(call) === "fraud");
    await submit(system(), claimId);
    await held.arrived();
    await system().agent("fraud").restart(changedSteps);
    held.release();
    await untilEvent(system(), claimId, "needs_attention");
    expect(await attentionOf(claimId)).toMatchObject({ kind: "journal_mismatch", service: "FraudAgent" });
    await system().agent("fraud").restart(asBefore);
    expect(await recover(claimId, "--resume", "--yes")).toBe(0);
    await untilEvent(system(), claimId, "decided");
    expect((await viewOf(system(), claimId)).decision?.status).toBe("approved");
  });

  it("is in trouble with an agent that Restate has paused, until that is resumed", async () => {
    // Restate knows how often it may fail from its registration.
    const restartFraud = async (env: Readonly<Record<string, string>>) => {
      await system().agent("fraud").restart(env);
      const { admin } = system().server;
      const fraud = (await admin.services()).find(({ name }) => name === "FraudAgent");
      const deployment = (await admin.deployments()).find(({ id }) => id === fraud?.deployment_id);
      await system().server.register(deployment?.uri ?? "");
    };
    await restartFraud({ RETRY_MAX_ATTEMPTS: "2" });
    const claimId = newClaimId("trouble");
    const held = holdCalls(system().simulator, (call) => callerOf(call) === "fraud");
    await submit(system(), claimId);
    await held.arrived();
    await system().agent("fraud").restart(changedSteps);
    held.release();
    await expect
      .poll(() => attentionOf(claimId), PATIENT)
      .toMatchObject({ kind: "paused", service: "FraudAgent" });
    await restartFraud({ ...asBefore, RETRY_MAX_ATTEMPTS: "1000" });
    expect(await recover(claimId, "--resume", "--yes")).toBe(0);
    await untilEvent(system(), claimId, "decided");
    expect((await viewOf(system(), claimId)).decision?.status).toBe("approved");
  });

  it("is restarted after its invocation was killed", async () => {
    const claimId = newClaimId("trouble");
    const invocation = await submit(system(), claimId, bigClaim);
    await reviews.awakeable(claimId);
    await system().server.admin.kill(invocation);
    expect(await recover(claimId, "--resume", "--yes")).toBe(1);
    expect(await recover(claimId, "--restart", "--yes")).toBe(0);
    await reviews.awakeable(claimId, 2);
    expect((await gateway(claimId, "/decision", { outcome: "deny" })).status).toBe(200);
    expect((await viewOf(system(), claimId)).decision?.status).toBe("denied");
  });

  it("has one entry for its trouble and one for its end, however many gateways see them", async () => {
    const claimId = newClaimId("trouble");
    await submit(system(), claimId, bigClaim);
    await reviews.awakeable(claimId);
    const trouble = { kind: "paused", service: "FraudAgent", since: SEEN[0], reason: "r", remedy: "r" };
    const observe = (at: string, seen = {}) =>
      system().call("ClaimTimeline", "observe", { at, ...seen }, { key: claimId });
    await observe(SEEN[0]);
    for (const at of [SEEN[1], SEEN[2]]) await observe(at, { trouble });
    for (const at of [SEEN[3], SEEN[4]]) await observe(at);
    // By a gateway whose look took long.
    await observe(SEEN[2], { trouble });
    await gateway(claimId, "/decision", { outcome: "deny" });
    const types = typesOf(await untilEvent(system(), claimId, "decided"));
    expect(types.filter((type) => /attention|resumed/.test(type))).toEqual(["needs_attention", "resumed"]);
  });
});
