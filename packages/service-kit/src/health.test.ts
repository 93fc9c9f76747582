import { expect, it } from "vitest";
import { serveHealth } from "./health.ts";

it("answers probes; readiness follows the service", async () => {
  let ready = false;
  const health = await serveHealth({ host: "127.0.0.1", port: 0, ready: () => ready });
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${health.port}${path}`)).status;
  try {
    expect([await status("/livez"), await status("/readyz")]).toEqual([200, 503]);
    ready = true;
    expect([await status("/readyz"), await status("/elsewhere")]).toEqual([200, 404]);
  } finally {
    await health.close();
  }
});
