// A claim with all that makes a trace hard: an agent that is killed in the middle of its work, and a reviewer.

import { setTimeout } from "node:timers/promises";
import { ATTR } from "@holdfast/service-kit/registry";
import { expect } from "vitest";
import { CALLS_OF_A_CLAIM } from "./assessors.ts";
import { approve, decided, submitTraced } from "./claims.ts";
import { traceSpans } from "./jaeger.ts";
import type { Kill, KillableSystem } from "./kills.ts";
import {
  expectAssessments,
  expectOneApproval,
  expectOneTrace,
  type ModelCounts,
  named,
  type TraceSpan,
} from "./one-trace.ts";

/** A word of the claim that nobody may tell on. */
export const CANARY = "canary-4242";

const REVIEW_MS = 2_000;

export interface HardClaim {
  readonly claimId: string;
  readonly traceId: string;
  readonly answers: ModelCounts;
  /** From when the question was seen to when the decision was. */
  readonly reviewedMs: number;
}

/** @param approvalLog what the approval service has printed up to now */
export async function decideHardClaim(
  system: KillableSystem & { readonly jaegerUrl: string },
  kill: Kill,
  approvalLog: () => Promise<string>,
): Promise<HardClaim> {
  const { simulator, jaegerUrl } = system;
  await simulator.inject({ kind: "hang", after: 1, match: { toolNamed: "check_claim_history" } });
  const { claimId, traceId } = await submitTraced(system, {
    reason: `a broken leg ${CANARY}`,
    amount: 8_000,
  });
  await simulator.untilOneIsHeld(CALLS_OF_A_CLAIM - 1);
  // A process that is killed loses what it has not sent.
  const callsOfFraud = async () =>
    named(await traceSpans(jaegerUrl, traceId), "chat").filter(
      ({ attributes }) => attributes[ATTR.agentName] === "FraudAgent",
    );
  await expect.poll(callsOfFraud, { timeout: 20_000 }).toHaveLength(1);
  const bringBack = await kill("fraud");
  await bringBack();

  const asked = async () =>
    (await approvalLog())
      .split("\n")
      .some((line) => line.includes(claimId) && line.includes("a review waits for an answer"));
  await expect.poll(asked, { timeout: 60_000 }).toBe(true);
  const askedAt = performance.now();
  await setTimeout(REVIEW_MS);
  await approve(system, claimId);
  expect(await decided(system, claimId)).toMatchObject({ status: "approved" });
  const reviewedMs = performance.now() - askedAt;
  return { claimId, traceId, answers: await simulator.answers(), reviewedMs };
}

export function expectHardClaim(spans: readonly TraceSpan[], claim: HardClaim): void {
  expect(claim.answers.answered).toBe(CALLS_OF_A_CLAIM);
  expectOneTrace(spans, claim.answers);
  expectAssessments(spans, claim.claimId);
  expectOneApproval(spans, claim.claimId, REVIEW_MS, claim.reviewedMs);
}
