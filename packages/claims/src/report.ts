// Reports an agent's start and end to a claim's timeline, so that "in parallel" is what happened, not what was planned.

import { claimTimelineContract, type TimelineAgent, type TimelineEntry } from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import { CancelledError } from "@restatedev/restate-sdk";

/**
 * Sends an entry to a claim's timeline, one-way. Does nothing for a claim that has no id.
 *
 * @returns the entry as the journal keeps it: its words stay, whatever a later version would say
 */
export async function report<E extends TimelineEntry>(
  ctx: DurableContext,
  claimId: string | undefined,
  entry: E,
): Promise<E> {
  if (claimId === undefined) return entry;
  const journaled = await ctx.runPatched(
    `report ${entry.type}`,
    () => ({ at: new Date().toJSON(), entry }),
    async () => ({ at: await ctx.date.toJSON(), entry }),
  );
  reportAt(ctx, claimId, journaled.at, journaled.entry);
  return journaled.entry;
}

/** {@link report} at a time that is known already: nothing is waited for, so a cancellation cannot come between. */
export function reportAt(ctx: DurableContext, claimId: string, at: string, entry: TimelineEntry): void {
  ctx.sendClient(claimTimelineContract, claimId).append({ at, entry });
}

type Finding = Extract<TimelineEntry, { type: "agent_finished" }>["finding"];

/**
 * Does an agent's work between two reports: that it started, and that it finished with its finding, or failed. An
 * agent that is cancelled has not failed, and reports no end: nobody waits for it any more.
 */
export async function reporting<T extends NonNullable<Finding>>(
  ctx: DurableContext,
  claimId: string | undefined,
  agent: TimelineAgent,
  work: () => Promise<T>,
): Promise<T> {
  await report(ctx, claimId, { type: "agent_started", agent });
  let finding: T;
  try {
    finding = await work();
  } catch (error) {
    if (!(error instanceof CancelledError)) await report(ctx, claimId, { type: "agent_failed", agent });
    throw error;
  }
  return (await report(ctx, claimId, { type: "agent_finished", agent, finding })).finding;
}
