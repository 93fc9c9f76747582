// A claim's timeline as server-sent events.

import type { FastifyReply } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Claims } from "../claims/claims.ts";
import { openTimeline } from "../claims/timeline.ts";
import { HttpProblem, problemResponse } from "../http/problem.ts";
import { claimParams } from "./claim-routes.ts";

export interface ClaimEventsOptions {
  readonly claims: Claims;
  /** How long one poll waits for an event, in milliseconds. */
  readonly pollMs?: number | undefined;
}

// How long a browser waits before it connects again, in milliseconds.
const RECONNECT_MS = 2_000;

const lastEventIdSchema = z
  .string()
  .regex(/^\d{1,15}$/, "must be a whole number, 0 or more")
  .transform(Number)
  .describe("The last event already seen");

export const claimEvents: FastifyPluginAsyncZod<ClaimEventsOptions> = async (app, { claims, pollMs }) => {
  const streams = new Map<AbortController, Promise<void>>();

  // A stream ends with its claim, which can take hours; a gateway that stops ends them all.
  app.addHook("preClose", async () => {
    for (const stream of streams.keys()) stream.abort();
    await Promise.allSettled(streams.values());
  });

  app.get(
    "/claims/:id/events",
    {
      sse: "manual",
      exposeHeadRoute: false,
      schema: {
        tags: ["claims"],
        summary: "A claim's events as they happen, until the decision; 204 when that one has been seen",
        params: claimParams,
        headers: z.looseObject({ "last-event-id": lastEventIdSchema.optional() }),
        response: {
          200: {
            description: "Events: `id` is the event's seq, `event` its type, `data` the event",
            content: { "text/event-stream": { schema: z.string() } },
          },
          204: z.null().describe("The decision has been seen: there is nothing to come"),
          default: problemResponse,
        },
      },
    },
    async (request, reply) => {
      const stream = new AbortController();
      reply.raw.once("close", () => stream.abort());
      const sending = send(reply, stream.signal, async () =>
        openTimeline(claims, {
          claimId: request.params.id,
          after: request.headers["last-event-id"] ?? 0,
          signal: stream.signal,
          log: request.log,
          ...(pollMs !== undefined && { pollMs }),
        }),
      );
      streams.set(stream, sending);
      try {
        await sending;
      } finally {
        streams.delete(stream);
      }
    },
  );
};

async function send(
  reply: FastifyReply,
  signal: AbortSignal,
  open: () => ReturnType<typeof openTimeline>,
): Promise<void> {
  let streaming = false;
  try {
    const timeline = await open();
    if (timeline === undefined) {
      // The one answer after which a browser stops asking.
      reply.code(204).send();
      return;
    }
    streaming = true;
    await reply.sse.send({ data: undefined, retry: RECONNECT_MS });
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    for await (const event of timeline) {
      const sent = reply.sse.send({ id: String(event.seq), event: event.entry.type, data: event });
      // A client that goes away while it is slow to read would never be done reading.
      await Promise.race([sent, aborted]);
      signal.throwIfAborted();
    }
  } catch (error) {
    if (!signal.aborted && reply.sse.isConnected) throw error;
    if (streaming) return;
    if (reply.raw.destroyed) reply.hijack();
    else throw new HttpProblem("unavailable", "The gateway is stopping; try again", { retryAfter: 1 });
  }
}
