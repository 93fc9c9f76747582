// Reads a topic from outside of Restate: a gateway that serves server-sent events, a test, a script.

import { z } from "zod";
import { followLog } from "./follow-log.step.ts";
import { type ProgressFrame, progressFrameSchema } from "./progress-events.ts";
import { DEFAULT_TOPICS_NAME, topicUrl } from "./publish-to.step.ts";

/** What to read, and from where on. */
export interface ReadProgressOptions {
  /** Restate's ingress, such as `http://restate:8080`. */
  readonly ingressUrl: string;
  /** As given to {@link publishTo}; else the id of the run's invocation. */
  readonly topic: string;
  /** The id of the last frame that is known, such as a browser's `Last-Event-ID`; all frames by default. */
  readonly after?: number;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
  /** The name that the topics were given; see {@link progressTopics}. */
  readonly name?: string;
  /** Sent with each request, such as the authorization that Restate Cloud asks for. */
  readonly headers?: Readonly<Record<string, string>>;
}

const WAIT_MS = 20_000;
const MARGIN_MS = 10_000;

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
  { ingressUrl, topic, signal, name = DEFAULT_TOPICS_NAME, headers }: ReadProgressOptions,
  after: number,
): Promise<readonly ProgressFrame[] | undefined> {
  const timeout = AbortSignal.timeout(WAIT_MS + MARGIN_MS);
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(topicUrl(ingressUrl, name, topic, "read"), {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ after, waitMs: WAIT_MS }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
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
