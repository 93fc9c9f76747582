/**
 * An OTLP endpoint over HTTP in this process, which keeps what it gets: each span as often as it was sent, which a trace
 * store would hide. It takes protobuf and JSON, at any path that ends like OTLP's own.
 */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { readLogs, readMetrics, readSpans } from "./messages.ts";
import type { LogRecord, MetricRecord, SpanRecord } from "./records.ts";

export type { Attributes, AttributeValue, LogRecord, MetricRecord, SpanRecord } from "./records.ts";

export interface OtlpReceiverOptions {
  /** Refuses with 401 whoever has not these. */
  readonly basicAuth?: { readonly username: string; readonly password: string };
  /** Default: a free one. */
  readonly port?: number;
  /** Default: 127.0.0.1. Containers reach 0.0.0.0 alone. */
  readonly host?: string;
}

/** What is kept of a request: also of those that were refused. */
export interface OtlpRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly status: number;
  /** As it came, unzipped: to look for what must not be in it. */
  readonly body: Buffer;
}

export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  spans(): readonly SpanRecord[];
  metrics(): readonly MetricRecord[];
  logs(): readonly LogRecord[];
  requests(): readonly OtlpRequest[];
  /**
   * Asks `probe` now and after each request, until it gives something.
   *
   * @throws Error with the names of what has come, after `timeoutMs` (10 s)
   */
  waitFor<Found>(probe: () => Found | undefined | false, timeoutMs?: number): Promise<Found>;
  /** What to answer from now on; anything but 200 keeps nothing. */
  answerWith(status: number): void;
  clear(): void;
  stop(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 10_000;

export async function startOtlpReceiver(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const { basicAuth, port = 0, host = "127.0.0.1" } = options;
  const expected =
    basicAuth && `Basic ${Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString("base64")}`;
  const spans: SpanRecord[] = [];
  const metrics: MetricRecord[] = [];
  const logs: LogRecord[] = [];
  const requests: OtlpRequest[] = [];
  const waiting = new Set<() => void>();
  let answer = 200;

  /** @returns the status to answer with */
  const keep = (path: string, headers: IncomingHttpHeaders, body: Buffer): number => {
    if (expected !== undefined && headers.authorization !== expected) return 401;
    if (answer !== 200) return answer;
    const encoding = headers["content-type"]?.startsWith("application/json") ? "json" : "protobuf";
    if (path.endsWith("/v1/traces")) spans.push(...readSpans(body, encoding));
    else if (path.endsWith("/v1/metrics")) metrics.push(...readMetrics(body, encoding));
    else if (path.endsWith("/v1/logs")) logs.push(...readLogs(body, encoding));
    else return 404;
    return 200;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { headers, url: path = "" } = request;
    const raw = await buffer(request);
    const body = headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const status = keep(path, headers, body);
    requests.push({ path, headers, status, body });
    const json = headers["content-type"]?.startsWith("application/json");
    // An empty message is an empty body.
    response.writeHead(status, { "content-type": headers["content-type"] }).end(json ? "{}" : "");
    for (const look of [...waiting]) look();
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    metrics: () => metrics,
    logs: () => logs,
    requests: () => requests,
    waitFor: (probe, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        const look = () => {
          try {
            const found = probe();
            if (found === undefined || found === false) return;
            end();
            resolve(found);
          } catch (error) {
            end();
            reject(error);
          }
        };
        const timer = setTimeout(() => {
          end();
          reject(
            new Error(`It has not come within ${timeoutMs} ms. What has: ${describe(spans, metrics, logs)}`),
          );
        }, timeoutMs);
        waiting.add(look);
        look();
      }),
    answerWith(status) {
      answer = status;
    },
    clear() {
      for (const kept of [spans, metrics, logs, requests]) kept.length = 0;
    },
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function describe(
  spans: readonly SpanRecord[],
  metrics: readonly MetricRecord[],
  logs: readonly LogRecord[],
): string {
  const names = (records: readonly { name: string }[]) =>
    [...Map.groupBy(records, ({ name }) => name)].map(([name, all]) => `${all.length} × ${name}`).join(", ");
  return `spans: ${names(spans) || "none"}; metrics: ${names(metrics) || "none"}; logs: ${logs.length}`;
}
