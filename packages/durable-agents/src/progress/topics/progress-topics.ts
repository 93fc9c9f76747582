// Topics, where readers find the progress of runs: a Virtual Object. Its log of frames is bounded in length and in time.

import {
  type Duration,
  handlers,
  type ObjectContext,
  type ObjectSharedContext,
  object,
  serde,
} from "@restatedev/restate-sdk";
import { z } from "zod";
import { DurableContext } from "../../runtime/durable-context.ts";
import {
  type ProgressFrame,
  progressBatchSchema,
  type WireProgressBatch,
  type WireProgressPart,
  type WireProgressTopic,
} from "../progress-events.ts";
import { emptyLedger, record } from "../progress-ledger.ts";
import { nextEvents } from "./event-log.ts";
import { append, PART, partsAfter } from "./frame-log.ts";
import { DEFAULT_TOPICS_NAME } from "./topics-client.step.ts";

/** How long topics are kept, and how much of them. */
export interface ProgressTopicsOptions {
  /** The Virtual Object's name; `ProgressTopics` by default. */
  readonly name?: string;
  /** How many frames a topic keeps, 64 or more; 1,000 by default. Who reads too late for some gets a `truncated` frame. */
  readonly keepFrames?: number;
  /**
   * How long a topic is kept after its last frame, in milliseconds or as a Duration; an hour by default. It is gone
   * after twice that time.
   */
  readonly keepFor?: Duration | number;
}

/** What a reader asks for. */
const readRequestSchema = z.object({
  /** Frames after this id; 0 for all. */
  after: z.int().min(0),
  /** How long to wait for the next frame when there is none, in milliseconds. */
  waitMs: z.int().min(0).max(60_000),
});
type ReadRequest = z.infer<typeof readRequestSchema>;

interface Subscription {
  readonly after: number;
  readonly awakeableId: string;
}

/** The id of the topic's last frame when its time began to run. */
interface Expiry {
  readonly last: number;
}

type Frames = readonly ProgressFrame[];

const TOPIC = "topic";
const partKey = (part: number) => `part/${part}`;

/** Frames are removed by parts. */
const MIN_FRAMES = 2 * PART;

/** How many parts one answer holds at most. */
const PAGE_PARTS = 8;
/** More readers of one topic wait in turns: the first of them is answered with nothing, and asks again. */
const MAX_WAITING = 100;

/**
 * The service that holds the progress of runs: serve it beside your own, and register it. {@link publishTo} writes to
 * it and {@link readProgress} reads from it, both over the ingress.
 *
 * ```ts
 * restate.serve({ services: [assistant, progressTopics({ keepFor: { minutes: 10 } })], port: 9080 });
 * ```
 *
 * Frames hold what models say. Restate's ingress asks nobody who he is, so let users read through a gateway of yours.
 */
export function progressTopics(options: ProgressTopicsOptions = {}) {
  const { name = DEFAULT_TOPICS_NAME, keepFrames = 1_000, keepFor = { hours: 1 } } = options;
  if (!Number.isInteger(keepFrames) || keepFrames < MIN_FRAMES) {
    throw new RangeError(
      `progressTopics: keepFrames must be a whole number from ${MIN_FRAMES} on, not ${keepFrames}.`,
    );
  }
  const toTopic = (key: string, method: "subscribe" | "expire") => ({
    service: name,
    key,
    method,
    inputSerde: serde.json,
  });
  const expireLater = (ctx: ObjectContext, last: number): void => {
    ctx.genericSend<Expiry>({ ...toTopic(ctx.key, "expire"), parameter: { last }, delay: keepFor });
  };
  const topicOf = async (ctx: ObjectContext): Promise<WireProgressTopic> => {
    const topic = await ctx.get<WireProgressTopic>(TOPIC);
    if (!topic) expireLater(ctx, 0);
    return topic ?? EMPTY_TOPIC;
  };
  return object({
    name,
    handlers: {
      publish: handlers.object.exclusive(
        { input: serde.schema(progressBatchSchema) },
        async (ctx: ObjectContext, batch: WireProgressBatch): Promise<void> => {
          const topic = begun(await topicOf(ctx), batch.sentAt);
          const { ledger, frames } = record(topic.ledger, batch);
          if (frames.length === 0) return;
          const { topic: longer, full, gone } = append(topic, frames, keepFrames);
          for (const { part, frames } of full) ctx.set<WireProgressPart>(partKey(part), { v: 1, frames });
          for (let part = gone.from; part < gone.to; part++) ctx.clear(partKey(part));
          for (const id of topic.waiting) ctx.resolveAwakeable(id, frames);
          ctx.set<WireProgressTopic>(TOPIC, { ...longer, ledger, waiting: [] });
        },
      ),

      read: handlers.object.shared(
        { input: serde.schema(readRequestSchema) },
        async (ctx: ObjectSharedContext, { after, waitMs }: ReadRequest): Promise<Frames> => {
          const known = await page(ctx, await ctx.get<WireProgressTopic>(TOPIC), after);
          if (known.length > 0 || waitMs === 0) return known;
          const durable = DurableContext.from(ctx);
          return nextEvents(durable, {
            waitMs,
            read: async () => page(ctx, await durable.get<WireProgressTopic>(TOPIC), after),
            subscribe: (awakeableId) =>
              durable.genericSend<Subscription>({
                ...toTopic(ctx.key, "subscribe"),
                parameter: { after, awakeableId },
              }),
          });
        },
      ),

      subscribe: handlers.object.exclusive(
        { ingressPrivate: true },
        async (ctx: ObjectContext, { after, awakeableId }: Subscription): Promise<void> => {
          const topic = await topicOf(ctx);
          const known = await page(ctx, topic, after);
          if (known.length > 0) return ctx.resolveAwakeable(awakeableId, known);
          const waiting = [...topic.waiting, awakeableId];
          for (const id of waiting.splice(0, waiting.length - MAX_WAITING)) ctx.resolveAwakeable(id, []);
          ctx.set<WireProgressTopic>(TOPIC, { ...topic, waiting });
        },
      ),

      expire: handlers.object.exclusive(
        { ingressPrivate: true },
        async (ctx: ObjectContext, { last }: Expiry): Promise<void> => {
          const topic = await ctx.get<WireProgressTopic>(TOPIC);
          if (!topic) return;
          if (topic.ledger.last !== last) return expireLater(ctx, topic.ledger.last);
          for (const id of topic.waiting) ctx.resolveAwakeable(id, []);
          ctx.clearAll();
        },
      ),
    },
    // What was said is not to outlive the topic in the journals of its handlers.
    options: { enableLazyState: true, journalRetention: 0, idempotencyRetention: 0 },
  });
}

/** Gives a topic without frames its first id; the time of the first frame, so that ids grow when it begins anew. */
function begun(topic: WireProgressTopic, now: number): WireProgressTopic {
  return topic.ledger.last > 0 ? topic : { ...topic, base: now, ledger: emptyLedger(now) };
}

const EMPTY_TOPIC: WireProgressTopic = {
  v: 1,
  base: 0,
  ledger: emptyLedger(),
  firstPart: 0,
  parts: 0,
  newest: [],
  waiting: [],
};

/** The next frames after an id, before them the news that some are gone. */
async function page(
  ctx: ObjectSharedContext,
  topic: WireProgressTopic | null,
  after: number,
): Promise<Frames> {
  if (!topic) return [];
  const { from, to } = partsAfter(topic, after);
  const numbers = Array.from({ length: Math.min(to - from, PAGE_PARTS) }, (_, i) => from + i);
  const parts =
    numbers.length > 0 ? await DurableContext.from(ctx).getAll<WireProgressPart>(numbers.map(partKey)) : [];
  // What is removed at this moment is missed as what was removed before.
  const gone = parts.lastIndexOf(null) + 1;
  const frames = [
    ...parts.slice(gone).flatMap((part) => part?.frames ?? []),
    ...(from + numbers.length === to ? topic.newest : []),
  ].filter(({ id }) => id > after);
  const [next] = frames;
  // A reader that has seen nothing has missed nothing of a topic that is whole.
  const whole = topic.firstPart === 0 && gone === 0;
  const missed = next && next.id > after + 1 && (after > 0 || !whole);
  return missed ? [{ type: "truncated", v: 1, id: next.id - 1 }, ...frames] : frames;
}
