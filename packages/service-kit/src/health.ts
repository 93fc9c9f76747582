// Probes, on a port of their own: whoever asks for health must not reach the handlers.

import type { AddressInfo } from "node:net";
import fastify from "fastify";

/** `/livez` answers while the process runs, `/readyz` while it takes work. */
export async function serveHealth(options: {
  readonly host: string;
  readonly port: number;
  readonly ready: () => boolean;
}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const app = fastify({ logger: false });
  app.get("/livez", () => ({ status: "ok" }));
  app.get("/readyz", (_request, reply) =>
    options.ready() ? { status: "ok" } : reply.code(503).send({ status: "draining" }),
  );
  await app.listen({ host: options.host, port: options.port });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}
