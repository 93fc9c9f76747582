// The progress of an agent's run as server-sent events.

import { type ProgressFrame, readProgress } from "@holdfast/durable-agents/progress";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type EventStreams, lastEventIdHeaders, type StreamedEvent } from "../http/event-streams.ts";
import { problemResponse } from "../http/problem.ts";

export interface RunProgressOptions {
  readonly ingressUrl: string;
  readonly streams: EventStreams;
}

const invocationParams = z.object({
  id: z.string().regex(/^inv_[0-9A-Za-z]{1,100}$/, "must be the id of an invocation, inv_…"),
});

export const runProgress: FastifyPluginAsyncZod<RunProgressOptions> = async (app, options) => {
  const { ingressUrl, streams } = options;
  app.get(
    "/invocations/:id/progress",
    {
      sse: "manual",
      config: { stream: true },
      exposeHeadRoute: false,
      schema: {
        tags: ["agents"],
        summary: "What an agent's run does, as it happens, until it ends",
        params: invocationParams,
        headers: lastEventIdHeaders,
        response: {
          200: {
            description: "Events: `id` is the frame's id, `event` its type, `data` the frame",
            content: { "text/event-stream": { schema: z.string() } },
          },
          default: problemResponse,
        },
      },
    },
    (request, reply) =>
      streams.answer(reply, async (signal) => {
        const after = request.headers["last-event-id"] ?? 0;
        return streamed(readProgress({ ingressUrl, topic: request.params.id, after, signal }));
      }),
  );
};

async function* streamed(frames: AsyncIterable<ProgressFrame>): AsyncGenerator<StreamedEvent> {
  for await (const frame of frames) {
    yield { id: frame.id, event: frame.type, data: frame };
    if (frame.type === "run_ended") return;
  }
}
