// The HTTP/2 server that Restate calls, and how it ends.

import { createServer, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { createEndpointHandler, type NodeEndpointOptions } from "@restatedev/restate-sdk";

export interface RestateEndpoint {
  readonly port: number;
  /** Takes no new connections; those that are open go on. */
  refuseNew(): void;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

/** Serves Restate services. @throws the system's error, such as EADDRINUSE */
export async function serveRestate(
  options: NodeEndpointOptions & { readonly host: string; readonly port: number },
): Promise<RestateEndpoint> {
  const { host, port, ...endpoint } = options;
  const sessions = new Set<Http2Session>();
  const server = createServer(createEndpointHandler(endpoint));
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  let closed: Promise<void> | undefined;
  const refuseNew = () => {
    closed ??= new Promise<void>((resolve) => server.close(() => resolve()));
    // Tells Restate to open a new connection for new requests, which this process then refuses.
    for (const session of sessions) session.goaway();
  };
  return {
    port: (server.address() as AddressInfo).port,
    refuseNew,
    close: async () => {
      refuseNew();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
