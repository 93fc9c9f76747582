/**
 * Serves Restate services from this process, so that a test's closures are the services' own, and counts how often
 * Restate invoked them.
 */

import { createServer, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { LineBuffer } from "@holdfast/local-restate";
import { createEndpointHandler, type NodeEndpointOptions } from "@restatedev/restate-sdk";

/** What `createEndpointHandler` takes as its services. */
export type RestateServices = NodeEndpointOptions["services"];

export interface EndpointOptions extends Omit<NodeEndpointOptions, "services"> {
  /** Default: a free port. */
  port?: number;
}

export interface ServedEndpoint {
  readonly url: string;
  /**
   * How many invoke requests came in: the first attempts, retries and replays of all invocations, or of one service
   * or handler. An invocation that was never interrupted counts one.
   */
  attempts(service?: string, handler?: string): number;
  /** The last lines the SDK logged; nothing is printed, unless a `logger` was given. */
  logs(): string[];
  /** Stops serving at once: open invocations are cut off, as in a crash of the process. */
  stop(): Promise<void>;
}

const INVOKE_PREFIX = "/invoke/";

/** Serves `services` over HTTP/2 at 127.0.0.1. */
export async function serveEndpoint(
  services: RestateServices,
  options: EndpointOptions = {},
): Promise<ServedEndpoint> {
  const { port, ...endpointOptions } = options;
  const output = new LineBuffer();
  const invokedPaths = new Map<string, number>();
  const sessions = new Set<Http2Session>();
  const server = createServer(
    createEndpointHandler({
      logger: (meta, message, ...rest) => output.push([meta.level, message, ...rest].map(String).join(" ")),
      ...endpointOptions,
      services,
    }),
  );
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  server.on("stream", (_stream, headers) => {
    const path = headers[":path"] ?? "";
    if (path.startsWith(INVOKE_PREFIX)) invokedPaths.set(path, (invokedPaths.get(path) ?? 0) + 1);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    attempts(service, handler) {
      const prefix = INVOKE_PREFIX + (service === undefined ? "" : `${service}/${handler ?? ""}`);
      let count = 0;
      for (const [path, times] of invokedPaths) {
        if (handler === undefined ? path.startsWith(prefix) : path === prefix) count += times;
      }
      return count;
    },
    logs: () => output.lines(),
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // `close` alone waits for Restate to hang up, which it does after minutes.
      for (const session of sessions) session.destroy();
      return closed;
    },
  };
}
