// Agents tell a claim's timeline when they start and end, so that "in parallel" is what happened, not what was planned.

import { claimTimelineContract, type TimelineAgent, type TimelineEntry } from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";

/** Sends an entry to a claim's timeline, one-way. Does nothing for a claim that has no id. */
export async function report(
  ctx: DurableContext,
  claimId: string | undefined,
  entry: TimelineEntry,
): Promise<void> {
  if (claimId === undefined) return;
  ctx.sendClient(claimTimelineContract, claimId).append({ at: await ctx.date.toJSON(), entry });
}

type Finding = Extract<TimelineEntry, { type: "agent_finished" }>["finding"];

/** Does an agent's work between two reports: that it started, and that it finished with its finding, or failed. */
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
    await report(ctx, claimId, { type: "agent_failed", agent });
    throw error;
  }
  await report(ctx, claimId, { type: "agent_finished", agent, finding });
  return finding;
}
