// A claim's events as they happen: long polls in a loop, which outlives Restate's absence.

import { setTimeout as delay } from "node:timers/promises";
import type { TimelineEvent } from "@holdfast/contracts";
import type { FastifyBaseLogger } from "fastify";
import { HttpProblem } from "../http/problem.ts";
import type { Claims } from "./claims.ts";

export interface TimelineOptions {
  readonly claimId: string;
  /** The last event already seen; 0 for all. */
  readonly after: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly log: FastifyBaseLogger;
  /** How long one poll waits for an event, in milliseconds. */
  readonly pollMs?: number;
}

const POLL_MS = 20_000;
// Only after a poll that brought nothing, which is one that waited, unless the other side does not wait.
const PAUSE_MS = 100;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/**
 * Opens a claim's timeline.
 *
 * @returns its events, which end after the decision; undefined when that one has been seen already
 * @throws HttpProblem when Restate cannot be reached, or there is no such claim
 */
export async function openTimeline(
  claims: Claims,
  options: TimelineOptions,
): Promise<AsyncGenerator<TimelineEvent> | undefined> {
  const { claimId, after, signal } = options;
  // All of them, a dozen or two: only then is it clear whether the end has been seen.
  const first = await claims.events(claimId, { after: 0 }, signal);
  if (first.length === 0 && !(await claims.exists(claimId, signal))) {
    throw new HttpProblem("not-found", "There is no such claim");
  }
  if (first.some((event) => isLast(event) && event.seq <= after)) return undefined;
  return follow(claims, first, options);
}

async function* follow(
  claims: Claims,
  first: readonly TimelineEvent[],
  options: TimelineOptions,
): AsyncGenerator<TimelineEvent> {
  const { claimId, after, signal, pollMs = POLL_MS } = options;
  let page = first;
  let seen = 0;
  for (;;) {
    for (const event of page) {
      seen = event.seq;
      if (event.seq > after) yield event;
      if (isLast(event)) return;
    }
    // Accepted claims can still be refused before their first event.
    if (seen === 0 && !(await patiently(() => claims.exists(claimId, signal), options))) return;
    page = await patiently(() => claims.events(claimId, { after: seen, waitMs: pollMs }, signal), options);
    if (page.length === 0) await delay(PAUSE_MS, undefined, { signal });
  }
}

/** Tries until it works or the signal ends it. A browser that is sent away with an error would not come back. */
async function patiently<T>(call: () => Promise<T>, { signal, log }: TimelineOptions): Promise<T> {
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      log.warn({ kind: error.kind, retryMs }, "timeline interrupted");
      await delay(retryMs, undefined, { signal });
    }
  }
}

function isLast({ entry }: TimelineEvent): boolean {
  return entry.type === "decided";
}
