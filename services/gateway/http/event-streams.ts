// Server-sent events to clients, which may be slow, go away, or stay longer than this process.

import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { HttpProblem } from "./problem.ts";

export interface StreamedEvent {
  /** A whole number that grows; a client that comes back sends the last one it saw. */
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

/** Of a client that comes back. */
export const lastEventIdHeaders = z.looseObject({
  "last-event-id": z
    .string()
    .regex(/^\d{1,15}$/, "must be a whole number, 0 or more")
    .transform(Number)
    .describe("The last event already seen")
    .optional(),
});

// How long a browser waits before it connects again, in milliseconds.
const RECONNECT_MS = 2_000;

/** The streams that are open; all of them end when the gateway stops. */
export class EventStreams {
  readonly #streams = new Map<AbortController, Promise<void>>();

  constructor(app: Pick<FastifyInstance, "addHook">) {
    // A stream can take hours.
    app.addHook("preClose", async () => {
      for (const stream of this.#streams.keys()) stream.abort();
      await Promise.allSettled(this.#streams.values());
    });
  }

  /**
   * Answers with what `open` gives, until it ends or the client goes away; with 204 when there is nothing to come.
   *
   * @param open is given a signal that ends it; what it throws is answered as a problem
   */
  async answer(
    reply: FastifyReply,
    open: (signal: AbortSignal) => Promise<AsyncIterable<StreamedEvent> | undefined>,
  ): Promise<void> {
    const stream = new AbortController();
    reply.raw.once("close", () => stream.abort());
    const sending = send(reply, stream.signal, open);
    this.#streams.set(stream, sending);
    try {
      await sending;
    } finally {
      this.#streams.delete(stream);
    }
  }
}

async function send(
  reply: FastifyReply,
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<AsyncIterable<StreamedEvent> | undefined>,
): Promise<void> {
  let streaming = false;
  try {
    const events = await open(signal);
    if (events === undefined) {
      // The one answer after which a browser stops asking.
      reply.code(204).send();
      return;
    }
    streaming = true;
    await reply.sse.send({ data: undefined, retry: RECONNECT_MS });
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    for await (const { id, event, data } of events) {
      const sent = reply.sse.send({ id: String(id), event, data });
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
