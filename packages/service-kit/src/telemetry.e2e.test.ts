// Reads the telemetry that a service sends, and checks that the service goes on when nobody receives it.

import {
  createIngress,
  freePort,
  type Ingress,
  type RestateMode,
  type RestateServer,
  type ServiceProcess,
  startRestateServer,
  startServiceProcess,
} from "@holdfast/testing";
import { type OtlpReceiver, startOtlpReceiver } from "@holdfast/testing/otlp-receiver";
import { afterAll, afterEach, describe, expect, it } from "vitest";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

// One of each mode: a test's process is registered in place of the one before.
const servers = new Map<RestateMode, Promise<RestateServer>>();
afterAll(async () => {
  for (const server of servers.values()) await (await server).stop();
});

function serverOf(mode: RestateMode): Promise<RestateServer> {
  // Restate begins traces only when it has somewhere to send them; nobody need be there.
  const env = { RESTATE_TRACING_ENDPOINT: "http://127.0.0.1:1" };
  const server = servers.get(mode) ?? startRestateServer({ mode, env });
  servers.set(mode, server);
  return server;
}

interface Started {
  readonly process: ServiceProcess;
  readonly ingress: Ingress;
  /** Its log so far. */
  lines(): Record<string, unknown>[];
}

async function start(env: Record<string, string> = {}, mode: RestateMode = "default"): Promise<Started> {
  const server = await serverOf(mode);
  const [port, healthPort] = [await freePort(), await freePort()];
  const lines: Record<string, unknown>[] = [];
  const process = await startServiceProcess({
    entry: new URL("./fixtures/observed-service.ts", import.meta.url),
    readyUrl: `http://127.0.0.1:${healthPort}/readyz`,
    onLine: (line) => {
      if (line.startsWith("{")) lines.push(JSON.parse(line));
    },
    env: {
      HOST: "127.0.0.1",
      PORT: String(port),
      HEALTH_PORT: String(healthPort),
      OTEL_METRIC_EXPORT_INTERVAL: "200",
      ...(mode === "always-replay" && { INACTIVITY_TIMEOUT_MS: "0" }),
      ...env,
    },
  });
  cleanups.push(() => process.kill9());
  await server.register(`http://127.0.0.1:${port}`);
  return { process, ingress: createIngress(server.ingressUrl), lines: () => lines };
}

async function receiver(options: Parameters<typeof startOtlpReceiver>[0] = {}): Promise<OtlpReceiver> {
  const otlp = await startOtlpReceiver(options);
  cleanups.push(() => otlp.stop());
  return otlp;
}

describe("spans", () => {
  it("come with the process's resource, soon after they end", async () => {
    const otlp = await receiver();
    const { process, ingress } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_RESOURCE_ATTRIBUTES: "k8s.pod.name=observed-0,service.version=7",
    });
    await ingress.call("Observed", "logs");
    const attempt = await otlp.waitFor(() =>
      otlp.spans().find(({ name }) => name === "attempt Observed/logs"),
    );
    expect(attempt.resource).toMatchObject({
      "service.name": "observed",
      "service.namespace": "holdfast",
      "service.version": "7",
      "service.instance.id": expect.stringMatching(/^[\da-f-]{36}$/),
      "k8s.pod.name": "observed-0",
    });
    await process.kill9();
  });

  it("give the class of an error and not its message, unless content is captured", async () => {
    const otlp = await receiver();
    for (const capture of ["false", "true"]) {
      const { ingress, process } = await start({
        OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
        TELEMETRY_CAPTURE_CONTENT: capture,
      });
      await ingress.call("Observed", "fails", "canary-1").catch(() => {});
      const failed = await otlp.waitFor(() => otlp.spans().find(({ status }) => status.code === "error"));
      expect(failed.events[0]?.attributes["exception.type"]).toBe("500");
      const quoted = otlp.requests().some(({ body }) => body.includes("canary-1"));
      expect(quoted).toBe(capture === "true");
      await process.kill9();
      otlp.clear();
    }
  });

  it("go straight to Langfuse, with its headers, where there is no collector", async () => {
    const langfuse = await receiver({ basicAuth: { username: "pk-1", password: "sk-1" } });
    const { ingress } = await start({
      LANGFUSE_BASE_URL: `${langfuse.url}/`,
      LANGFUSE_PUBLIC_KEY: "pk-1",
      LANGFUSE_SECRET_KEY: "sk-1",
    });
    await ingress.call("Observed", "logs");
    await langfuse.waitFor(() => langfuse.spans().some(({ name }) => name === "attempt Observed/logs"));
    const [request] = langfuse.requests();
    expect(request?.path).toBe("/api/public/otel/v1/traces");
    expect(request?.headers["x-langfuse-ingestion-version"]).toBe("4");
    expect(langfuse.metrics()).toEqual([]);
  });
});

describe("metrics", () => {
  it("count invocations in flight and attempts that fail, by the process", async () => {
    const otlp = await receiver();
    const { ingress } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url });
    await ingress.call("Observed", "failsOnce", "canary-2");
    await ingress.call("Observed", "fails", "no retry").catch(() => {});
    const retries = await otlp.waitFor(() => otlp.metrics().find(({ name }) => name === "holdfast.retries"));
    expect(retries).toMatchObject({
      value: 1,
      attributes: { "holdfast.service": "observed", "error.type": "RangeError" },
    });
    const inFlight = await otlp.waitFor(() =>
      otlp.metrics().find(({ name, value }) => name === "holdfast.invocations.in_flight" && value === 0),
    );
    expect(inFlight).toMatchObject({ attributes: { "holdfast.service": "observed" }, monotonic: false });
  });

  it("have no attribute that their definition does not name", async () => {
    const otlp = await receiver();
    const { ingress } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url });
    await ingress.call("Observed", "counts");
    const metric = await otlp.waitFor(() =>
      otlp.metrics().find(({ name }) => name === "holdfast.claims.duration"),
    );
    expect(metric.attributes).toEqual({ "holdfast.claim.outcome": "approved" });
  });
});

describe("logs", () => {
  it.each(["default", "always-replay"] as const)("tell each thing once [%s]", async (mode) => {
    const otlp = await receiver();
    const { ingress, lines } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url }, mode);
    const id = await ingress.send("Observed", "logs");
    await ingress.attach(id);
    await expect.poll(() => lines().some(({ msg }) => msg === "ended")).toBe(true);
    const told = lines().filter(({ invocationId }) => invocationId === id);
    expect(told.map(({ msg }) => msg)).toEqual(["begun", "in a step", "between", "by the console", "ended"]);
    const traces = new Set(told.map(({ trace_id }) => trace_id));
    expect([...traces]).toEqual([expect.stringMatching(/^[\da-f]{32}$/)]);
    for (const line of told) {
      expect(line).toMatchObject({
        service: "observed",
        agent: "Observed",
        target: "Observed/logs",
        span_id: expect.stringMatching(/^[\da-f]{16}$/),
      });
    }
    if (mode === "always-replay") {
      const attempts = await otlp.waitFor(() => {
        const found = otlp.spans().filter(({ name }) => name === "attempt Observed/logs");
        return found.length > 1 && found;
      });
      expect(attempts.map(({ traceId }) => traceId)).toContain([...traces][0]);
    }
  });

  it("hold no field of a claim, and no error's message", async () => {
    const { ingress, lines } = await start();
    await ingress.call("Observed", "blabs", "canary-3");
    await expect
      .poll(() => lines().find(({ msg }) => msg === "blabs"))
      .toMatchObject({
        claim: "[redacted]",
        a: { prompt: "[redacted]" },
        err: { type: "Error", stack: expect.stringContaining("observed-service.ts") },
      });
    expect(JSON.stringify(lines())).not.toContain("canary-3");
  });
});

describe("without telemetry", () => {
  it("loads nothing of OpenTelemetry's SDK", async () => {
    const preload = new URL("./fixtures/print-loads.mjs", import.meta.url).href;
    const loads = async (env: Record<string, string>) => {
      const { process, ingress } = await start({ ...env, NODE_OPTIONS: `--import ${preload}` });
      await ingress.call("Observed", "logs");
      return process.output().filter((line) => /^loads .*opentelemetry\/(?!api\/)/.test(line));
    };
    expect(await loads({})).toEqual([]);
    // And the test would see it.
    const otlp = await receiver();
    expect(await loads({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url })).not.toEqual([]);
  });

  it("refuses half of Langfuse's settings", async () => {
    await expect(start({ LANGFUSE_PUBLIC_KEY: "pk-1" })).rejects.toThrow(
      /LANGFUSE_SECRET_KEY: set all three/,
    );
  });
});

describe("a collector that is down", () => {
  it("costs nothing but two log lines: one warning, and one when the collector is back", async () => {
    const port = await freePort();
    const { ingress, lines } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    const warnings = () =>
      lines().filter(({ level, msg }) => level === "warn" && String(msg).startsWith("telemetry"));
    for (let i = 0; i < 20; i++) await ingress.call("Observed", "logs");
    await expect.poll(warnings, { timeout: 15_000 }).toHaveLength(1);
    for (let i = 0; i < 20; i++) await ingress.call("Observed", "logs");
    const otlp = await receiver({ port });
    // That it is back shows when there is something to send.
    await ingress.call("Observed", "logs");
    await expect
      .poll(() => lines().some(({ msg }) => msg === "telemetry is sent again"), { timeout: 15_000 })
      .toBe(true);
    await otlp.waitFor(() => otlp.spans().length > 0);
    expect(warnings()).toEqual([expect.objectContaining({ cause: "ECONNREFUSED" })]);
  });
});
