// Claims as a client of the gateway submits and follows them.

import { type Claim, type ClaimView, claimViewSchema, sampleClaim } from "@holdfast/contracts";
import { expect } from "vitest";
import { z } from "zod";

/** Where claims go in: a system of containers, or a release in a cluster. */
export interface Gateway {
  readonly gatewayUrl: string;
}

const acceptedSchema = z.object({ claimId: z.string() });

/** @returns the claim's id */
export async function submit(gateway: Gateway, amount = 3000): Promise<string> {
  return (await submitTraced(gateway, { amount })).claimId;
}

/** @returns the claim's id, and its trace's: empty where the gateway emits no telemetry */
export async function submitTraced(
  { gatewayUrl }: Gateway,
  changes: Partial<Claim>,
): Promise<{ claimId: string; traceId: string }> {
  const response = await fetch(`${gatewayUrl}/api/claims`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...sampleClaim, ...changes }),
  });
  if (response.status !== 202) throw new Error(`Not accepted: ${response.status} ${await response.text()}`);
  const { claimId } = acceptedSchema.parse(await response.json());
  return { claimId, traceId: response.headers.get("traceparent")?.split("-")[1] ?? "" };
}

/** Follows the claim's events until it is decided, which ends the stream. @returns what it has become */
export async function decided({ gatewayUrl }: Gateway, claimId: string): Promise<ClaimView> {
  const events = await fetch(`${gatewayUrl}/api/claims/${claimId}/events`);
  const text = await events.text();
  if (!/^event: decided$/m.test(text)) throw new Error(`The events end without a decision: ${text}`);
  return viewOf({ gatewayUrl }, claimId);
}

export async function viewOf({ gatewayUrl }: Gateway, claimId: string): Promise<ClaimView> {
  return claimViewSchema.parse(await (await fetch(`${gatewayUrl}/api/claims/${claimId}`)).json());
}

/** Waits until a person is asked. */
export async function untilInReview(gateway: Gateway, claimId: string): Promise<void> {
  await expect
    .poll(async () => (await viewOf(gateway, claimId)).status, { timeout: 20_000 })
    .toBe("in_review");
}

/** A reviewer approves; answers when the claims service has taken it. */
export async function approve({ gatewayUrl }: Gateway, claimId: string): Promise<void> {
  const response = await fetch(`${gatewayUrl}/api/claims/${claimId}/decision`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ outcome: "approve", reviewer: "r.diaz" }),
  });
  if (!response.ok) throw new Error(`Not taken: ${response.status} ${await response.text()}`);
}
