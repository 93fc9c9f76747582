// Starts, uses and stops a service process.

import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createIngress, freePort, startRestateServer, startServiceProcess } from "@holdfast/testing";
import { describe, expect, it } from "vitest";

const entry = new URL("./fixtures/service.ts", import.meta.url);

async function start(env: Record<string, string> = {}) {
  const [port, healthPort] = [await freePort(), await freePort()];
  const process = await startServiceProcess({
    entry,
    readyUrl: `http://127.0.0.1:${healthPort}/readyz`,
    env: { HOST: "127.0.0.1", PORT: String(port), HEALTH_PORT: String(healthPort), ...env },
  });
  return { process, url: `http://127.0.0.1:${port}` };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("a service", () => {
  it("serves with our retry policy, and ends with 0 on SIGTERM", async () => {
    const server = await startRestateServer();
    const { process, url } = await start();
    try {
      await server.register(url);
      expect(await createIngress(server.ingressUrl).call("Echo", "run", "hello")).toBe("hello");
      const [registered] = await server.admin.services();
      expect(registered).toMatchObject({
        retry_policy: { max_attempts: 1450, max_interval: "1m", on_max_attempts: "Pause" },
      });
      expect(await process.stop()).toBe(0);
      expect(process.output().join("\n")).toMatch(/"msg":"draining"[\s\S]*"msg":"stopped"/);
    } finally {
      await process.kill9();
      await server.stop();
    }
  });

  it("is tried as often as its settings say", async () => {
    const server = await startRestateServer();
    const { process, url } = await start({ RETRY_MAX_ATTEMPTS: "3" });
    try {
      await server.register(url);
      const [registered] = await server.admin.services();
      expect(registered).toMatchObject({ retry_policy: { max_attempts: 3, on_max_attempts: "Pause" } });
    } finally {
      await process.kill9();
      await server.stop();
    }
  });

  it("names a port in use with the remedy, and ends with 1", async () => {
    const taken = createServer();
    const port = await listen(taken);
    try {
      await expect(start({ PORT: String(port) })).rejects.toThrow(
        new RegExp(`port ${port} is in use; set PORT or HEALTH_PORT`),
      );
    } finally {
      taken.close();
    }
  });

  it("names every wrong setting in one message", async () => {
    await expect(start({ LOG_LEVEL: "loud", DRAIN_TIMEOUT_MS: "soon" })).rejects.toThrow(
      /LOG_LEVEL[\s\S]*DRAIN_TIMEOUT_MS|DRAIN_TIMEOUT_MS[\s\S]*LOG_LEVEL/,
    );
  });

  it("sends traces when there is somewhere to send them", async () => {
    const got = Promise.withResolvers<string>();
    const collector = createHttpServer((request, response) => {
      got.resolve(request.url ?? "");
      request.resume().on("end", () => response.end());
    });
    const port = await listen(collector);
    const server = await startRestateServer();
    const { process, url } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    try {
      await server.register(url);
      await createIngress(server.ingressUrl).call("Echo", "run", "hello");
      expect(await process.stop()).toBe(0);
      expect(await got.promise).toBe("/v1/traces");
    } finally {
      await process.kill9();
      await server.stop();
      collector.close();
    }
  });

  it("ends with 0, and soon, when its traces can go nowhere", async () => {
    const server = await startRestateServer();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const { process, url } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: nobody });
    try {
      await server.register(url);
      await createIngress(server.ingressUrl).call("Echo", "run", "hello");
      const startedAt = performance.now();
      expect(await process.stop()).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    } finally {
      await process.kill9();
      await server.stop();
    }
  });
});
