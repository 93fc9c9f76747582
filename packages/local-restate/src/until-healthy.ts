/**
 * Waits until a starting process answers, and notices at once when it dies instead.
 */

import { setTimeout as delay } from "node:timers/promises";

const POLL_INTERVAL_MS = 15;

/** `exited`: the process ended first. `timeout`: it still ran, but did not answer. */
export type HealthOutcome = "healthy" | "exited" | "timeout";

/** Asks once; true when the answer is good. The signal ends a question that takes too long. */
export type HealthProbe = (signal: AbortSignal) => Promise<boolean>;

/**
 * Asks every probe, one after the other, until each has succeeded.
 *
 * @param exited - settles when the process ends.
 */
export async function untilHealthy(
  probes: readonly HealthProbe[],
  exited: Promise<unknown>,
  timeoutMs: number,
): Promise<HealthOutcome> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const gone = exited.then(() => "exited" as const);
  for (const probe of probes) {
    for (;;) {
      const answer = await Promise.race([gone, probe(deadline).catch(() => false)]);
      if (answer === "exited") return "exited";
      if (answer) break;
      if (deadline.aborted) return "timeout";
      await delay(POLL_INTERVAL_MS);
    }
  }
  return "healthy";
}

/** Succeeds when `url` answers with a 2xx. */
export function httpProbe(url: string): HealthProbe {
  return async (signal) => {
    const response = await fetch(url, { signal });
    await response.arrayBuffer();
    return response.ok;
  };
}
