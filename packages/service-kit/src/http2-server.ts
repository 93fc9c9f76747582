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

/** Serves Restate services. @throws the system's error, such as EADDRINUSE */
export async function serveRestate(
  options: NodeEndpointOptions & { readonly host: string; readonly port: number },
): Promise<RestateEndpoint> {
  const { host, port, ...endpoint } = options;
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
    session.once("close", () => openStreams.delete(session));
    session.on("stream", (stream, headers) => {
      openStreams.set(session, (openStreams.get(session) ?? 0) + 1);
      stream.once("close", () => {
        const open = (openStreams.get(session) ?? 1) - 1;
        if (openStreams.has(session)) openStreams.set(session, open);
        // Restate keeps the connection that it asked on what is served here. By the next time this may be a pod that ends, and
        // another one in its place.
        const asked = headers[":path"] === "/discover";
        if ((refusing || asked) && open === 0) session.close();
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
      // be told to end (GOAWAY): Restate 1.7 then cuts it at its next request, with all that runs on it.
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
