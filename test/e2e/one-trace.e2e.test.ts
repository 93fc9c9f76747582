// A claim is one trace, whatever happens on its way: an agent that is killed, a reviewer who is waited for, and a server that
// replays every handler at every step.

import { setTimeout } from "node:timers/promises";
import { sampleClaim } from "@holdfast/contracts";
import { ATTR } from "@holdfast/service-kit/registry";
import { type OtlpReceiver, startOtlpReceiver } from "@holdfast/testing/otlp-receiver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { expectAssessments, expectOneApproval, expectOneTrace, isWhole } from "../support/one-trace.ts";
import { callerOf, hasToolResults, holdCalls } from "./support/model-calls.ts";
import { type System, startSystem } from "./system.ts";

const REVIEW_MS = 1_500;
const CANARY = "canary-4242";

describe.each(["default", "always-replay"] as const)("a claim [%s]", (mode) => {
  let receiver: OtlpReceiver;
  let system: System;
  const asked = Promise.withResolvers<void>();
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    system = await startSystem({
      mode,
      gateway: true,
      otlpUrl: receiver.url,
      onLine: (_agent, line) => {
        if (line.includes("a review waits for an answer")) asked.resolve();
      },
      env: { OTEL_METRIC_EXPORT_INTERVAL: "200" },
    });
  });
  afterAll(async () => {
    await system?.stop();
    await receiver?.stop();
  });

  it("is one trace, over a kill, a human approval and all replays", { timeout: 120_000 }, async () => {
    const { simulator, gatewayUrl } = system;
    const held = holdCalls(simulator, (call) => callerOf(call) === "fraud" && hasToolResults(call));
    const post = (path: string, body: object) =>
      fetch(`${gatewayUrl}/api/claims${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const submitted = await post("", { ...sampleClaim, reason: `a broken leg ${CANARY}`, amount: 8000 });
    const traceId = submitted.headers.get("traceparent")?.split("-")[1];
    const { claimId } = (await submitted.json()) as { claimId: string };

    await held.arrived();
    const spansOfClaim = () => receiver.spans().filter((span) => span.traceId === traceId);
    // A process that is killed loses what it has not sent; it sends a fraction of a second after a step.
    await receiver.waitFor(() =>
      spansOfClaim().some(
        (span) => span.name.startsWith("chat") && span.attributes[ATTR.agentName] === "FraudAgent",
      ),
    );
    await system.agent("fraud").kill9();
    held.release();
    await system.agent("fraud").restart();

    const status = async () => {
      const view = (await (await fetch(`${gatewayUrl}/api/claims/${claimId}`)).json()) as { status: string };
      return view.status;
    };
    await asked.promise;
    expect(await status()).toBe("in_review");
    const askedAt = Date.now();
    await setTimeout(REVIEW_MS);
    expect((await post(`/${claimId}/decision`, { outcome: "approve", reviewer: "r.diaz" })).ok).toBe(true);
    await expect.poll(status, { timeout: 60_000 }).toBe("approved");
    const reviewedMs = Date.now() - askedAt;

    const counts = simulator.stats();
    await receiver.waitFor(() => isWhole(spansOfClaim(), counts));
    const spans = spansOfClaim();
    expectOneTrace(spans, counts);
    expect(counts.answered).toBeGreaterThanOrEqual(CALLS_OF_A_CLAIM);

    expectAssessments(spans, claimId);
    expectOneApproval(spans, claimId, REVIEW_MS, reviewedMs);
    expect(JSON.stringify([receiver.spans(), receiver.metrics(), receiver.logs()])).not.toContain(CANARY);
  });
});
