// Reads the telemetry of the gateway's requests, and its gauges of what waits in Restate.

import { humanApprovalWorkflowContract, sampleClaim } from "@holdfast/contracts";
import {
  freePort,
  type ServiceProcess,
  startServiceProcess,
  startTestBed,
  type TestBed,
} from "@holdfast/testing";
import { type OtlpReceiver, startOtlpReceiver } from "@holdfast/testing/otlp-receiver";
import { implement, service } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { BEHAVIOUR, readEvents, standIns } from "./test-support.ts";

let otlp: OtlpReceiver;
let bed: TestBed;
let gateway: ServiceProcess;

const waits = implement(humanApprovalWorkflowContract, {
  handlers: { requestApproval: (ctx) => ctx.awakeable<never>().promise },
});
const broken = service({
  name: "Broken",
  handlers: {
    run: async () => {
      throw new Error("always");
    },
  },
});

beforeAll(async () => {
  otlp = await startOtlpReceiver();
  bed = await startTestBed("default", {
    services: () => [...standIns(), waits, broken],
    // Without it Restate begins no traces. Nobody need be there.
    server: { env: { RESTATE_TRACING_ENDPOINT: "http://127.0.0.1:1" } },
  });
  const port = await freePort();
  gateway = await startServiceProcess({
    entry: new URL("./main.ts", import.meta.url),
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    env: {
      HOST: "127.0.0.1",
      PORT: String(port),
      RESTATE_INGRESS_URL: bed.server.ingressUrl,
      RESTATE_ADMIN_URL: bed.server.adminUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_METRIC_EXPORT_INTERVAL: "500",
      GATEWAY_TOKEN: "secret-token",
    },
  });
});
afterAll(async () => {
  await gateway?.stop();
  await bed?.stop();
  await otlp?.stop();
});

const call = (path: string, init: RequestInit = {}, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, {
    ...init,
    headers: { authorization: "Bearer secret-token", "content-type": "application/json", ...headers },
  });
const submit = (reason: string, headers?: Record<string, string>) =>
  call("/api/claims", { method: "POST", body: JSON.stringify({ ...sampleClaim, reason }) }, headers);
const idOf = async (response: Response) =>
  z.object({ claimId: z.string() }).parse(await response.json()).claimId;

it("goes on with the client's trace, hands it to Restate and answers with it", async () => {
  const [traceId, spanId] = ["5".repeat(32), "6".repeat(16)];
  const response = await submit(BEHAVIOUR.reviewed, { traceparent: `00-${traceId}-${spanId}-01` });
  const claimId = await idOf(response);
  const span = await otlp.waitFor(() => otlp.spans().find((found) => found.traceId === traceId));
  expect(span).toMatchObject({
    name: "POST /api/claims",
    kind: "server",
    parentSpanId: spanId,
    attributes: {
      "http.request.method": "POST",
      "http.route": "/api/claims",
      "http.response.status_code": 202,
      "url.scheme": "http",
    },
    resource: { "service.name": "gateway" },
  });
  expect(response.headers.get("traceparent")).toBe(`00-${traceId}-${span.spanId}-01`);
  const rows = await bed.server.query(
    `SELECT trace_id FROM sys_invocation WHERE target = 'Claim/${claimId}/submit'`,
    z.object({ trace_id: z.string() }),
  );
  expect(rows).toEqual([{ trace_id: traceId }]);
  const line = await gateway.waitForLine(new RegExp(`"trace_id":"${traceId}"`));
  expect(JSON.parse(line)).toMatchObject({ msg: "request", span_id: span.spanId });
});

it("begins a trace for a client that has none, and measures answers by their route", async () => {
  const response = await call("/api/claims/clm_unknown");
  expect(response.status).toBe(404);
  const metric = await otlp.waitFor(() =>
    otlp
      .metrics()
      .find(
        ({ name, attributes }) =>
          name === "http.server.request.duration" && attributes["http.response.status_code"] === 404,
      ),
  );
  expect(metric.attributes).toEqual({
    "http.request.method": "GET",
    "http.route": "/api/claims/:id",
    "http.response.status_code": 404,
    "url.scheme": "http",
  });
  const traceId = response.headers.get("traceparent")?.split("-")[1];
  await otlp.waitFor(() => otlp.spans().find((span) => span.traceId === traceId && span.parentSpanId === ""));
});

it("tells nothing of probes and streams", async () => {
  const claimId = await idOf(await submit(BEHAVIOUR.approved));
  for await (const { event } of readEvents(await call(`/api/claims/${claimId}/events`))) {
    if (event === "decided") break;
  }
  expect((await call("/livez")).headers.get("traceparent")).toBeNull();
  await call("/api/claims/clm_last");
  await otlp.waitFor(() => otlp.spans().filter(({ name }) => name === "GET /api/claims/:id").length > 1);
  expect(otlp.spans().map(({ name }) => name)).not.toContainEqual(
    expect.stringMatching(/livez|readyz|events/),
  );
});

it("measures approvals that wait and invocations that fail", async () => {
  const waiting = await bed.send(humanApprovalWorkflowContract.name, "requestApproval", {
    claim: sampleClaim,
  });
  await bed.send("Broken", "run");
  const gauge = (name: string, value: (v: number) => boolean) =>
    otlp.waitFor(() => otlp.metrics().find((metric) => metric.name === name && value(metric.value)), 30_000);
  await gauge("holdfast.approvals.waiting", (value) => value === 1);
  await gauge("holdfast.approvals.oldest_age", (value) => value > 1);
  const retrying = await gauge("holdfast.invocations.retrying", (value) => value === 1);
  expect(retrying.attributes).toEqual({ "restate.service.name": "Broken" });
  await bed.cancel(waiting);
  // The newest value, and not an earlier one.
  await otlp.waitFor(
    () => otlp.metrics().findLast(({ name }) => name === "holdfast.approvals.waiting")?.value === 0,
  );
});

it("emits no token, address or body", async () => {
  const emitted = otlp
    .requests()
    .map(({ body }) => body.toString("latin1"))
    .join();
  expect(emitted).not.toMatch(/secret-token|127\.0\.0\.1|broken leg/);
});
