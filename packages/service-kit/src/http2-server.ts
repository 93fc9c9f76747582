// The HTTP/2 server that Restate calls, and how it ends.

import { createServer, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { createEndpointHandler, type NodeEndpointOptions } from "@restatedev/restate-sdk";

export interface RestateEndpoint {
  readonly port: number;
  /** Takes no new requests; those that are open go on. */
  refuseNew(): void;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

export interface ServeOptions extends NodeEndpointOptions {
  readonly host: string;
  readonly port: number;
  /** From when on a connection is closed as soon as it is idle, in milliseconds. */
  readonly connectionAgeMs?: number;
}

// A connection leads to one pod of several for as long as it is open: without an end to it, new pods would find no work.
const CONNECTION_AGE_MS = 10_000;

/** Serves Restate services. @throws the system's error, such as EADDRINUSE */
export async function serveRestate(options: ServeOptions): Promise<RestateEndpoint> {
  const { host, port, connectionAgeMs = CONNECTION_AGE_MS, ...endpoint } = options;
  const handle = createEndpointHandler(endpoint);
  const openStreams = new Map<Http2Session, number>();
  let refusing = false;
  const server = createServer((request, response) => {
    if (!refusing) return handle(request, response);
    // Restate tries again until another process takes it.
    response.writeHead(503).end();
    request.stream.close();
  });
  server.on("session", (session) => {
    openStreams.set(session, 0);
    let leaving = false;
    const closeWhenIdle = () => {
      leaving = true;
      if (openStreams.get(session) === 0) session.close();
    };
    const aged = setTimeout(closeWhenIdle, connectionAgeMs).unref();
    session.once("close", () => {
      openStreams.delete(session);
      clearTimeout(aged);
    });
    session.on("stream", (stream, { ":path": path }) => {
      openStreams.set(session, (openStreams.get(session) ?? 0) + 1);
      stream.once("close", () => {
        const open = (openStreams.get(session) ?? 1) - 1;
        if (openStreams.has(session)) openStreams.set(session, open);
        // Restate would ask on the same connection the next time, when this may be a pod that ends, with another in its place.
        if (refusing || leaving || path === "/discover") closeWhenIdle();
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    refuseNew: () => {
      refusing = true;
      // An idle connection is closed, so that the next request opens one to another process. One in use must not even
      // be closed with GOAWAY: Restate 1.7 then cuts it at its next request, with all that runs on it.
      for (const [session, open] of openStreams) if (open === 0) session.close();
    },
    close: async () => {
      refusing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of openStreams.keys()) session.destroy();
      await closed;
    },
  };
}
