// Chooses a claim's id, before Restate knows the claim.

import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";

export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters")
  .describe("The same key always means the same claim; choose a random one for each claim");

/** The id of the claim that was or will be submitted under this key. */
export function claimIdForKey(idempotencyKey: string): string {
  return `clm_${createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 32)}`;
}

/** An id that no other claim has. */
export function newClaimId(): string {
  return `clm_${randomUUID().replaceAll("-", "")}`;
}
