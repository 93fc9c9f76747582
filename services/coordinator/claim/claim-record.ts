// The state of a Claim object, and the view of it.

import type { Claim, ClaimStatus, ClaimView, DecisionRecord, KnownFindings } from "@holdfast/contracts";
import { type ObjectContext, type ObjectSharedContext, TerminalError } from "@restatedev/restate-sdk";

/** The state entries of a Claim; each is written on its own. */
export interface ClaimState {
  readonly claim: Claim;
  readonly submittedAt: string;
  readonly status: ClaimStatus;
  /** The running `submit`, for `withdraw`. */
  readonly invocation: string;
  readonly findings: KnownFindings;
  readonly review: NonNullable<ClaimView["review"]>;
  readonly decision: DecisionRecord;
}

export function read<K extends keyof ClaimState>(
  ctx: ObjectSharedContext | ObjectContext,
  name: K,
): Promise<ClaimState[K] | null> {
  return ctx.get<ClaimState[K]>(name);
}

export function write<K extends keyof ClaimState>(ctx: ObjectContext, name: K, value: ClaimState[K]): void {
  ctx.set<ClaimState[K]>(name, value);
}

/** @throws TerminalError 404 when there is no such claim */
export async function viewClaim(ctx: ObjectSharedContext): Promise<ClaimView> {
  const claim = await read(ctx, "claim");
  const status = await read(ctx, "status");
  const submittedAt = await read(ctx, "submittedAt");
  if (!claim || !status || !submittedAt) {
    throw new TerminalError("There is no such claim.", { errorCode: 404 });
  }
  const findings = await read(ctx, "findings");
  const review = await read(ctx, "review");
  const decision = await read(ctx, "decision");
  return {
    claimId: ctx.key,
    status,
    claim,
    submittedAt,
    ...(findings && { findings }),
    ...(review && !decision && { review }),
    ...(decision && { decision }),
  };
}
