// The parts that the gateway's tests share: the gateway on settings of its own, stand-ins for the claims service, and a reader of
// event streams.

import type { AddressInfo } from "node:net";
import {
  type Claim,
  claimContract,
  claimTimelineContract,
  type DecisionRecord,
  type TimelineEntry,
  type TimelineEvent,
} from "@holdfast/contracts";
import { implement, type ObjectContext, TerminalError } from "@restatedev/restate-sdk";
import { type EventSourceMessage, EventSourceParserStream } from "eventsource-parser/stream";
import { type AppOptions, buildApp } from "./app.ts";

const CATEGORIES = ["dental", "orthopedic"];

/** A gateway that does not listen. */
export function testApp(ingressUrl: string, options: Partial<AppOptions> = {}) {
  return buildApp({
    ingressUrl,
    restateTimeoutMs: 5_000,
    categories: CATEGORIES,
    rateLimit: { max: 100_000, windowMs: 60_000 },
    ...options,
  });
}

/** A gateway that listens at a free port. */
export async function listeningGateway(ingressUrl: string, options: Partial<AppOptions> = {}) {
  const app = await testApp(ingressUrl, { events: { keepAliveMs: 50, pollMs: 2_000 }, ...options });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return { url, close: () => app.close() };
}

/** The events of a stream, as a browser sees them, until it ends. */
export async function* readEvents(response: Response): AsyncGenerator<EventSourceMessage> {
  yield* response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
}

/** What a claim's reason makes the stand-in do. */
export const BEHAVIOUR = {
  approved: "approve it",
  /** Waits for `decide`. */
  reviewed: "have it reviewed",
  /** Does so before it is recorded. */
  refused: "refuse it",
  /** Fails a few times before it is recorded. */
  slow: "begin slowly",
} as const;

/** Claim and ClaimTimeline as far as the gateway sees of the real ones. */
export function standIns() {
  const failures = new Map<string, number>();

  const claim = implement(claimContract, {
    handlers: {
      submit: async (ctx, claim) => {
        const recorded = await ctx.get<Claim>("claim");
        if (recorded) throw new TerminalError("submitted twice", { errorCode: 409 });
        if (claim.reason === BEHAVIOUR.refused) throw new TerminalError("refused", { errorCode: 422 });
        const failed = failures.get(ctx.key) ?? 0;
        if (claim.reason === BEHAVIOUR.slow && failed < 3) {
          failures.set(ctx.key, failed + 1);
          throw new Error("not yet");
        }
        ctx.set("submittedAt", await ctx.date.toJSON());
        ctx.set("claim", claim);
        await append(ctx, { type: "received" });
        if (claim.reason === BEHAVIOUR.reviewed) {
          const { id, promise } = ctx.awakeable<string>();
          ctx.set("awakeable", id);
          await append(ctx, { type: "in_review", why: [] });
          if ((await promise) === "withdrawn") return end(ctx, "withdrawn");
        }
        return end(ctx, "approved");
      },
      get: async (ctx) => {
        const [claim, submittedAt] = [await ctx.get<Claim>("claim"), await ctx.get<string>("submittedAt")];
        if (!claim || !submittedAt) throw new TerminalError("There is no such claim.", { errorCode: 404 });
        const decision = await ctx.get<DecisionRecord>("decision");
        return {
          claimId: ctx.key,
          status: decision?.status ?? (await waiting(ctx.get("awakeable"))),
          claim,
          submittedAt,
          ...(decision && { decision }),
        };
      },
      decide: async (ctx) => {
        const id = await openAwakeable(ctx);
        ctx.resolveAwakeable(id, "decided");
      },
      reassess: () => {
        throw new TerminalError("not in review", { errorCode: 409 });
      },
      withdraw: async (ctx) => {
        const id = await openAwakeable(ctx);
        ctx.resolveAwakeable(id, "withdrawn");
      },
    },
    options: { enableLazyState: true, retryPolicy: { initialInterval: 100, exponentiationFactor: 1 } },
  });

  const timeline = implement(claimTimelineContract, {
    handlers: {
      append: async (ctx, report) => {
        const events = (await ctx.get<TimelineEvent[]>("events")) ?? [];
        ctx.set("events", [...events, { ...report, seq: events.length + 1 }]);
      },
      events: async (ctx, { after, waitMs = 0 }) => {
        for (let waited = 0; ; waited += 50) {
          const events = ((await ctx.get<TimelineEvent[]>("events")) ?? []).slice(after);
          if (events.length > 0 || waited >= waitMs) return events;
          await ctx.sleep(50);
        }
      },
      subscribe: async () => {},
      observe: async () => {},
    },
    options: { enableLazyState: true },
  });

  return [claim, timeline];
}

async function append(ctx: ObjectContext, entry: TimelineEntry): Promise<void> {
  ctx.sendClient(claimTimelineContract, ctx.key).append({ at: await ctx.date.toJSON(), entry });
}

async function end(ctx: ObjectContext, status: "approved" | "withdrawn"): Promise<DecisionRecord> {
  const decision: DecisionRecord = {
    claimId: ctx.key,
    status,
    amount: 0,
    decidedBy: { kind: "reviewer" },
    reasons: [],
    decidedAt: await ctx.date.toJSON(),
  };
  ctx.set("decision", decision);
  await append(ctx, { type: "decided", decision });
  return decision;
}

async function waiting(awakeable: Promise<unknown>) {
  return (await awakeable) ? ("in_review" as const) : ("assessing" as const);
}

async function openAwakeable(ctx: { get<T>(name: string): Promise<T | null> }): Promise<string> {
  if (!(await ctx.get("claim"))) throw new TerminalError("There is no such claim.", { errorCode: 404 });
  const id = await ctx.get<string>("awakeable");
  if (!id || (await ctx.get("decision"))) {
    throw new TerminalError("The claim is not in review.", { errorCode: 409 });
  }
  return id;
}
