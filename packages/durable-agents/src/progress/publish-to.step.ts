// Sends the progress of runs to a topic, over Restate's ingress: a durable step cannot call services by its context.

import type { ProgressPublisher } from "./on-progress.step.ts";

/** Where progress is published. */
export interface PublishToOptions {
  /** Restate's ingress, such as `http://restate:8080`. */
  readonly ingressUrl: string;
  /** Where readers find it; the id of the run's invocation by default. Several runs may share one. */
  readonly topic?: string;
  /** The name that the topics were given; see {@link progressTopics}. */
  readonly name?: string;
  /** Sent with each request, such as the authorization that Restate Cloud asks for. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The shortest time between two requests of one run, in milliseconds; 100 by default. */
  readonly intervalMs?: number;
}

/** The name of the Virtual Object that topics are, unless they are given another. */
export const DEFAULT_TOPICS_NAME = "ProgressTopics";

const DEFAULT_INTERVAL_MS = 100;
const TIMEOUT_MS = 5_000;

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
  const {
    ingressUrl,
    topic,
    name = DEFAULT_TOPICS_NAME,
    headers,
    intervalMs = DEFAULT_INTERVAL_MS,
  } = options;
  return {
    intervalMs,
    publish: async (batch, invocationId) => {
      const response = await fetch(topicUrl(ingressUrl, name, topic ?? invocationId, "publish"), {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(batch),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      // An unread body would hold the connection.
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`The ingress answered ${response.status}.`);
    },
  };
}

/** The ingress's path of a topic's handler. */
export function topicUrl(ingressUrl: string, name: string, topic: string, handler: string): string {
  return `${ingressUrl.replace(/\/+$/, "")}/${name}/${encodeURIComponent(topic)}/${handler}`;
}
