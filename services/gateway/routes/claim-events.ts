// A claim's timeline as server-sent events.

import type { TimelineEvent } from "@holdfast/contracts";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Claims } from "../claims/claims.ts";
import { openTimeline } from "../claims/timeline.ts";
import { type EventStreams, lastEventIdHeaders, type StreamedEvent } from "../http/event-streams.ts";
import { problemResponse } from "../http/problem.ts";
import { claimParams } from "./claim-routes.ts";

export interface ClaimEventsOptions {
  readonly claims: Claims;
  readonly streams: EventStreams;
  /** How long one poll waits for an event, in milliseconds. */
  readonly pollMs?: number | undefined;
}

export const claimEvents: FastifyPluginAsyncZod<ClaimEventsOptions> = async (app, options) => {
  const { claims, streams, pollMs } = options;
  app.get(
    "/claims/:id/events",
    {
      sse: "manual",
      config: { stream: true },
      exposeHeadRoute: false,
      schema: {
        tags: ["claims"],
        summary: "A claim's events as they happen, until the decision; 204 when that one has been seen",
        params: claimParams,
        headers: lastEventIdHeaders,
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
    (request, reply) =>
      streams.answer(reply, async (signal) => {
        const timeline = await openTimeline(claims, {
          claimId: request.params.id,
          after: request.headers["last-event-id"] ?? 0,
          signal,
          log: request.log,
          ...(pollMs !== undefined && { pollMs }),
        });
        return timeline && streamed(timeline);
      }),
  );
};

async function* streamed(timeline: AsyncIterable<TimelineEvent>): AsyncGenerator<StreamedEvent> {
  for await (const event of timeline) yield { id: event.seq, event: event.entry.type, data: event };
}
