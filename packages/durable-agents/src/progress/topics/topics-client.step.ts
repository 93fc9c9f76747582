// Publishes progress to topics and reads it from them, over Restate's ingress: durable steps cannot call services by their
// context, and readers are outside of Restate.

import { z } from "zod";
import type { ProgressPublisher } from "../progress-channel.step.ts";
import { type ProgressFrame, progressFrameSchema } from "../progress-events.ts";
import { followLog } from "./follow-log.step.ts";

/** Where topics are. */
interface TopicsAt {
  /** Restate's ingress, such as `http://restate:8080`. */
  readonly ingressUrl: string;
  /** The name that the topics were given; see {@link progressTopics}. */
  readonly name?: string;
  /** Sent with each request, such as the authorization that Restate Cloud asks for. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where progress is published. */
export interface PublishToOptions extends TopicsAt {
  /** Where readers find it; the id of the run's invocation by default. Several runs may share one. */
  readonly topic?: string;
  /** The shortest time between two requests of one run, in milliseconds; 100 by default. */
  readonly intervalMs?: number;
}

/** What to read, and from where on. */
export interface ReadProgressOptions extends TopicsAt {
  /** As given to {@link publishTo}; else the id of the run's invocation. */
  readonly topic: string;
  /** The id of the last frame that is known, such as a browser's `Last-Event-ID`; all frames by default. */
  readonly after?: number;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/** The name of the Virtual Object that topics are, unless they are given another. */
export const DEFAULT_TOPICS_NAME = "ProgressTopics";

const PUBLISH_TIMEOUT_MS = 5_000;
const READ_WAIT_MS = 20_000;
const READ_TIMEOUT_MS = READ_WAIT_MS + 10_000;

/**
 * Publishes the progress of runs to topics, where {@link readProgress} finds it. The service of
 * {@link progressTopics} must be registered with the same Restate.
 *
 * It is sent in batches, in the background. While the ingress is down, some seconds of it are kept and then dropped.
 *
 * ```ts
 * new DurableRunner(ctx, { plugins: [progress(publishTo({ ingressUrl: "http://restate:8080" }))] });
 * ```
 */
export function publishTo(options: PublishToOptions): ProgressPublisher {
  const { topic, intervalMs = 100 } = options;
  return {
    intervalMs,
    publish: async (batch, invocationId) => {
      const signal = AbortSignal.timeout(PUBLISH_TIMEOUT_MS);
      const response = await callTopic(options, topic ?? invocationId, "publish", batch, signal);
      // An unread body would hold the connection.
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`The ingress answered ${response.status}.`);
    },
  };
}

/**
 * The frames of a topic, as they come. It waits for a run that has not begun, goes on over outages of the ingress, and
 * ends only when its reader leaves the loop or `signal` aborts: a topic may hold several runs.
 *
 * ```ts
 * for await (const frame of readProgress({ ingressUrl, topic, after: lastEventId, signal })) {
 *   reply.write(`id: ${frame.id}\ndata: ${JSON.stringify(frame)}\n\n`);
 *   if (frame.type === "run_ended") break;
 * }
 * ```
 *
 * @throws Error when the ingress refuses the request: no such service, no right to call it
 */
export function readProgress(options: ReadProgressOptions): AsyncGenerator<ProgressFrame, void, void> {
  const { signal, after = 0 } = options;
  return followLog({ after, signal, idOf: ({ id }) => id, read: (last) => nextFrames(options, last) });
}

/** Undefined when another try may succeed. */
async function nextFrames(
  options: ReadProgressOptions,
  after: number,
): Promise<readonly ProgressFrame[] | undefined> {
  const { topic, name = DEFAULT_TOPICS_NAME } = options;
  const timeout = AbortSignal.timeout(READ_TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let response: Response;
  let body: unknown;
  try {
    response = await callTopic(options, topic, "read", { after, waitMs: READ_WAIT_MS }, signal);
    body = await response.json();
  } catch {
    return undefined;
  }
  if (response.status >= 500 || response.status === 429) return undefined;
  if (!response.ok) {
    throw new Error(
      `Progress of topic "${topic}" cannot be read: the ingress answered ${response.status}. ` +
        `Serve progressTopics() under the name ${name} and register it.`,
    );
  }
  // Frames of a kind that a newer version writes are left out.
  return z
    .array(z.unknown())
    .parse(body)
    .flatMap((frame) => progressFrameSchema.safeParse(frame).data ?? []);
}

function callTopic(
  { ingressUrl, name = DEFAULT_TOPICS_NAME, headers }: TopicsAt,
  topic: string,
  handler: string,
  body: object,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(`${ingressUrl.replace(/\/+$/, "")}/${name}/${encodeURIComponent(topic)}/${handler}`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
}
