// Follows a claim's events as they happen, also over outages of Restate.

import type { TimelineEvent } from "@holdfast/contracts";
import { followLog } from "@holdfast/durable-agents/progress";
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
  { claimId, after, signal, log, pollMs = POLL_MS }: TimelineOptions,
): AsyncGenerator<TimelineEvent> {
  const refused = new AbortController();
  const poll = async (seen: number): Promise<readonly TimelineEvent[] | undefined> => {
    if (seen === 0 && first.length > 0) return first;
    try {
      // Accepted claims can still be refused before their first event.
      if (seen === 0 && !(await claims.exists(claimId, signal))) refused.abort();
      return refused.signal.aborted
        ? []
        : await claims.events(claimId, { after: seen, waitMs: pollMs }, signal);
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      // A browser that is sent away with an error would not come back.
      log.warn({ kind: error.kind }, "timeline interrupted");
      return undefined;
    }
  };
  const ended = AbortSignal.any([signal, refused.signal]);
  for await (const event of followLog({ after: 0, read: poll, idOf: ({ seq }) => seq, signal: ended })) {
    if (event.seq > after) yield event;
    if (isLast(event)) return;
  }
}

function isLast({ entry }: TimelineEvent): boolean {
  return entry.type === "decided";
}
