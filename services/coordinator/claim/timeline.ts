// ClaimTimeline on Restate: an event log per claim, with one state entry per event, whose readers wait for the next one.

import {
  claimTimelineContract,
  type TimelineEvent,
  type TimelineReport,
  type TroubleKind,
} from "@holdfast/contracts";
import { DurableContext, type DurableObjectSharedContext } from "@holdfast/durable-agents";
import { nextEvents } from "@holdfast/durable-agents/progress";
import { implement, type ObjectContext } from "@restatedev/restate-sdk";

interface Waiter {
  readonly awakeableId: string;
  /** When it stops waiting, in milliseconds since 1970. */
  readonly until: number;
}

/** The newest observation that made an entry. */
interface Observed {
  readonly at: string;
  /** None when the claim goes on. */
  readonly kind?: TroubleKind;
}

const eventKey = (seq: number) => `event/${String(seq).padStart(6, "0")}`;

export const timelineService = implement(claimTimelineContract, {
  handlers: {
    append,

    // Every gateway reports what it sees, so the same comes several times, and an older view after a newer one.
    observe: async (ctx, { at, trouble }) => {
      const last = await ctx.get<Observed>("observed");
      if (last === null ? !trouble : last.kind === trouble?.kind || last.at >= at) return;
      ctx.set<Observed>("observed", { at, ...(trouble && { kind: trouble.kind }) });
      await append(ctx, { at, entry: trouble ? { type: "needs_attention", trouble } : { type: "resumed" } });
    },

    subscribe: async (ctx, { after, ...waiter }) => {
      if (((await ctx.get<number>("last")) ?? 0) > after) {
        ctx.resolveAwakeable(waiter.awakeableId);
        return;
      }
      const now = await ctx.date.now();
      const waiting = ((await ctx.get<Waiter[]>("waiters")) ?? []).filter(({ until }) => until > now);
      ctx.set<Waiter[]>("waiters", [...waiting, waiter]);
    },

    events: async (restate, { after, waitMs = 0 }) => {
      const ctx = DurableContext.from(restate);
      const known = await eventsAfter(ctx, after);
      if (known.length > 0 || waitMs === 0) return known;
      const until = (await ctx.date.now()) + waitMs;
      const events = await nextEvents(ctx, {
        waitMs,
        read: () => eventsAfter(ctx, after),
        subscribe: (awakeableId) =>
          ctx.sendClient(claimTimelineContract, restate.key).subscribe({ after, awakeableId, until }),
      });
      return [...events];
    },
  },
  // A reader takes what is new, and reads it afresh after waiting.
  options: {
    enableLazyState: true,
    handlers: { append: { ingressPrivate: true }, subscribe: { ingressPrivate: true } },
  },
});

async function append(ctx: ObjectContext, report: TimelineReport): Promise<void> {
  // A withdrawn claim's agents may still have been at work. Who follows the timeline has left at the decision.
  if (await ctx.get<boolean>("ended")) return;
  if (report.entry.type === "decided") ctx.set("ended", true);
  const seq = ((await ctx.get<number>("last")) ?? 0) + 1;
  ctx.set<TimelineEvent>(eventKey(seq), { ...report, seq });
  ctx.set("last", seq);
  for (const { awakeableId } of (await ctx.get<Waiter[]>("waiters")) ?? []) ctx.resolveAwakeable(awakeableId);
  ctx.clear("waiters");
}

async function eventsAfter(ctx: DurableObjectSharedContext, after: number): Promise<TimelineEvent[]> {
  const last = (await ctx.get<number>("last")) ?? 0;
  const seqs = Array.from({ length: Math.max(0, last - after) }, (_, i) => after + 1 + i);
  const events = await Promise.all(seqs.map((seq) => ctx.get<TimelineEvent>(eventKey(seq))));
  return events.filter((event) => event !== null);
}
