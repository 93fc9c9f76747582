// Probes, on a port of their own: whoever asks for health must not reach the handlers. Node's own server answers them: an
// HTTP framework takes 5 MiB of each process.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** `/livez` answers while the process runs, `/readyz` while it takes work. */
export async function serveHealth(options: {
  readonly host: string;
  readonly port: number;
  readonly ready: () => boolean;
}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const answers: Readonly<Record<string, () => readonly [code: number, status: string]>> = {
    "/livez": () => [200, "ok"],
    "/readyz": () => (options.ready() ? [200, "ok"] : [503, "draining"]),
  };
  const server = createServer(({ url = "" }, response) => {
    const [code, status] = answers[url]?.() ?? [404, "unknown"];
    response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify({ status }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
