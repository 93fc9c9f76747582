// A claimant's words and identity stay out of every log, span and metric, of the services and of Restate, and out of
// every error that Restate keeps.

import { type Claim, sampleClaim } from "@holdfast/contracts";
import { type OtlpReceiver, startOtlpReceiver } from "@holdfast/testing/otlp-receiver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ASSESSORS } from "../support/assessors.ts";
import { decisionOf, newClaimId, submit, withdraw } from "./support/claims.ts";
import { callerOf, holdCalls } from "./support/model-calls.ts";
import { answerPublicly, decide, ReviewsAsked } from "./support/reviews.ts";
import { untilEvent } from "./support/timeline.ts";
import { type System, startSystem, useSystem } from "./system.ts";

const CANARY = "Canary-91c4";
let claims = 0;
/** A claim under a policy of its own: under the same one it would be a duplicate. */
const newClaim = (amount = 3000): Claim => ({
  ...sampleClaim,
  amount,
  reason: `${CANARY} reason`,
  placeOfService: `${CANARY} Hospital`,
  claimant: `${CANARY} Claimant`,
  policyNumber: `${CANARY}-${++claims}`,
});

const reviews = new ReviewsAsked();
const lines: string[] = [];
const otlp = await startOtlpReceiver();
afterAll(() => otlp.stop());
const system = useSystem({
  gateway: true,
  otlpUrl: otlp.url,
  // All there is to log: what only an operator in trouble would switch on.
  env: { LOG_LEVEL: "trace", OTEL_METRIC_EXPORT_INTERVAL: "500" },
  onLine: (agent, line) => {
    lines.push(`${agent}: ${line}`);
    reviews.onLine(agent, line);
  },
});

async function expectNoCanary(): Promise<void> {
  const { server } = system();
  const errors = [
    ...(await server.query("SELECT event_json FROM sys_journal_events", z.unknown())),
    ...(await server.query(
      "SELECT target, completion_failure, last_failure FROM sys_invocation",
      z.unknown(),
    )),
  ].map((row) => JSON.stringify(row));
  const found = [...lines, ...server.logs(), ...errors].filter((line) => line.includes(CANARY));
  expect(found).toEqual([]);
  expect(lines.length).toBeGreaterThan(20);
  // Restate's own are among them. Those of the last moment may still be on their way: the last test looks at all of them.
  expect(signalsWithCanary(otlp)).toEqual([]);
  expect(otlp.spans().length).toBeGreaterThan(20);
}

/** What was sent with the canary in it, whatever it is: as it came. */
function signalsWithCanary(receiver: OtlpReceiver): string[] {
  return receiver.requests().flatMap(({ path, body }) => (body.includes(CANARY) ? [path] : []));
}

/** Submits through the gateway, and follows the claim there. */
async function throughTheGateway({ gatewayUrl }: System, claim: Claim): Promise<string> {
  const submitted = await fetch(`${gatewayUrl}/api/claims`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(claim),
  });
  const { claimId } = z.object({ claimId: z.string() }).parse(await submitted.json());
  await (await fetch(`${gatewayUrl}/api/claims/${claimId}/events`)).text();
  return claimId;
}

describe("no log, span or metric tells about", () => {
  it("a claim that is approved, by whichever agent", async () => {
    expect(await decisionOf(system(), newClaimId(), newClaim())).toMatchObject({ status: "approved" });
    await system().call("ParallelAgentClaimApproval", "run", newClaim());
    await system().call("RemoteMultiAgentClaimApproval", "run", newClaim());
    await expectNoCanary();
  });

  it("a claim in review, or what the reviewer wrote", async () => {
    const claimId = newClaimId();
    await submit(system(), claimId, newClaim(8000));
    await answerPublicly(system(), await reviews.awakeable(claimId), CANARY);
    await untilEvent(system(), claimId, "review_unclear");
    await answerPublicly(system(), await reviews.awakeable(claimId, 2), `"${CANARY}"`);
    await reviews.awakeable(claimId, 3);
    expect(await decide(system(), claimId, { outcome: "deny", note: CANARY, reviewer: CANARY })).toBe(200);
    await untilEvent(system(), claimId, "decided");
    const rejected = newClaimId();
    await submit(system(), rejected, newClaim(8000));
    await answerPublicly(system(), await reviews.awakeable(rejected), CANARY, "reject");
    await untilEvent(system(), rejected, "decided");
    await expectNoCanary();
  });

  it("a claim that is withdrawn", async () => {
    const claimId = newClaimId();
    const held = holdCalls(system().simulator, () => true);
    await submit(system(), claimId, newClaim());
    await held.arrived(ASSESSORS.length);
    expect(await withdraw(system(), claimId)).toBe(200);
    held.release();
    await expectNoCanary();
  });

  it("a claim whose agent fails, is killed or is answered nonsense", async () => {
    const { simulator, agent } = system();
    const eligibility = { toolNamed: "look_up_coverage" };
    for (const kind of ["truncated_json", "cut", "bad_arguments"] as const)
      simulator.inject({ kind, match: eligibility });
    await decisionOf(system(), newClaimId(), newClaim());
    simulator.inject({ kind: "status", status: 400, match: eligibility });
    expect(await decisionOf(system(), newClaimId(), newClaim())).toMatchObject({ status: "failed" });
    simulator.script((call) => (callerOf(call) === "decision" ? { text: CANARY } : undefined));
    expect(await decisionOf(system(), newClaimId(), newClaim())).toMatchObject({ status: "failed" });
    const held = holdCalls(simulator, (call) => callerOf(call) === "eligibility");
    const claimId = newClaimId();
    await submit(system(), claimId, newClaim());
    await held.arrived();
    await agent("eligibility").kill9();
    held.release();
    await agent("eligibility").restart();
    await untilEvent(system(), claimId, "decided");
    await expectNoCanary();
  });

  it("a claim that comes through the gateway, or is refused there", async () => {
    await throughTheGateway(system(), newClaim());
    for (const path of [`/api/claims/${CANARY}?q=${CANARY}`, `/api/${CANARY}`]) {
      await fetch(system().gatewayUrl + path, { method: "POST", body: CANARY });
    }
    await fetch(`${system().gatewayUrl}/api/claims`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-reason": CANARY },
      body: `{"reason": "${CANARY}`,
    });
    await expectNoCanary();
  });

  it("a conversation", async () => {
    const { simulator } = system();
    const say = () => system().call("Chat", "message", { message: `${CANARY}?` }, { key: "private" });
    await say();
    simulator.inject({ kind: "status", status: 400 });
    await expect(say()).rejects.toMatchObject({ status: 400 });
    await expectNoCanary();
  });

  it("any of them, once all has been sent", async () => {
    const now = Date.now();
    // Metrics are sent more rarely than spans.
    await otlp.waitFor(() => otlp.metrics().some(({ at }) => at > now + 500));
    await expectNoCanary();
  });
});

describe("when content is captured", () => {
  let receiver: OtlpReceiver;
  let captured: System;
  const log: string[] = [];
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    captured = await startSystem({
      gateway: true,
      otlpUrl: receiver.url,
      env: { TELEMETRY_CAPTURE_CONTENT: "true", LOG_LEVEL: "trace", OTEL_METRIC_EXPORT_INTERVAL: "500" },
      onLine: (service, line) => log.push(`${service}: ${line}`),
    });
  });
  afterAll(async () => {
    await captured?.stop();
    await receiver?.stop();
  });

  it("spans hold a claim, and logs and metrics do not", async () => {
    await throughTheGateway(captured, newClaim());
    await receiver.waitFor(() => signalsWithCanary(receiver).length > 0);
    expect(new Set(signalsWithCanary(receiver))).toEqual(new Set(["/v1/traces"]));
    expect(receiver.metrics().length).toBeGreaterThan(0);
    expect(log.filter((line) => line.includes(CANARY))).toEqual([]);
  });
});
