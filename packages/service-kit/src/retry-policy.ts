// The policy by which Restate retries the invocations of our services.

import type { RetryPolicy } from "@restatedev/restate-sdk";

const DAY_IN_MINUTES = 24 * 60;
// Doubling from 100 ms reaches one minute after ten retries.
const RETRIES_BEFORE_THE_LONGEST_WAIT = 10;

/** A day's worth of retries. */
export const DEFAULT_MAX_ATTEMPTS = RETRIES_BEFORE_THE_LONGEST_WAIT + DAY_IN_MINUTES;

/**
 * Backs off to one minute and pauses after `maxAttempts`, a day by default. Restate's default pauses after about an
 * hour, and a paused invocation stays so when the service is back; nobody is up to resume it within an hour of a night.
 */
export function retryPolicy(maxAttempts: number): RetryPolicy {
  return {
    initialInterval: 100,
    exponentiationFactor: 2,
    maxInterval: { minutes: 1 },
    maxAttempts,
    onMaxAttempts: "pause",
  };
}
