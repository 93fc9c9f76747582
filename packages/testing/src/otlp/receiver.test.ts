// Against OpenTelemetry's own exporters, in both encodings.

import { gzipSync } from "node:zlib";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "./receiver.ts";

const resource = resourceFromAttributes({ "service.name": "fraud" });
const basicAuth = { username: "pk", password: "sk" };
const headers = { authorization: `Basic ${Buffer.from("pk:sk").toString("base64")}` };

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver({ basicAuth });
});
afterEach(() => receiver.stop());

describe.each([
  ["protobuf", ProtobufTraceExporter],
  ["JSON", JsonTraceExporter],
])("spans in %s", (_, Exporter) => {
  const send = async (withHeaders: Record<string, string>) => {
    const exporter = new Exporter({
      url: `${receiver.url}/api/public/otel/v1/traces`,
      headers: withHeaders,
    });
    const provider = new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
    const tracer = provider.getTracer("holdfast");
    const parent = tracer.startSpan("invoke_agent fraud", {
      startTime: new Date(1_000),
      kind: SpanKind.SERVER,
    });
    const link = { context: parent.spanContext(), attributes: { why: "a test" } };
    const child = tracer.startSpan(
      "chat gpt-5",
      {
        startTime: new Date(1_500),
        kind: SpanKind.CLIENT,
        links: [link],
        attributes: { count: 3, ratio: 0.5, streamed: false, reasons: ["stop", "length"], none: "" },
      },
      trace.setSpan(ROOT_CONTEXT, parent),
    );
    child.addEvent("retry", { attempt: 2 }, new Date(1_600));
    child.setStatus({ code: SpanStatusCode.ERROR, message: "refused" });
    child.end(new Date(2_250));
    parent.end(new Date(3_000));
    await provider.shutdown().catch(() => {});
    return { parent: parent.spanContext(), child: child.spanContext() };
  };

  it("are plain records", async () => {
    const { parent, child } = await send(headers);
    expect(receiver.spans()).toEqual([
      {
        traceId: parent.traceId,
        spanId: child.spanId,
        parentSpanId: parent.spanId,
        name: "chat gpt-5",
        kind: "client",
        start: 1_500,
        end: 2_250,
        attributes: { count: 3, ratio: 0.5, streamed: false, reasons: ["stop", "length"], none: "" },
        events: [{ name: "retry", at: 1_600, attributes: { attempt: 2 } }],
        links: [{ traceId: parent.traceId, spanId: parent.spanId, attributes: { why: "a test" } }],
        status: { code: "error", message: "refused" },
        resource: { "service.name": "fraud" },
        scope: "holdfast",
      },
      expect.objectContaining({
        name: "invoke_agent fraud",
        parentSpanId: "",
        kind: "server",
        status: { code: "unset", message: "" },
        events: [],
        links: [],
      }),
    ]);
  });

  it("are refused without the right keys, and the request is known", async () => {
    await send({});
    expect(receiver.spans()).toEqual([]);
    expect(receiver.requests()).toMatchObject([{ path: "/api/public/otel/v1/traces", status: 401 }]);
  });
});

it("gives each data point of a metric", async () => {
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: `${receiver.url}/v1/metrics`, headers }),
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter("holdfast");
  meter.createCounter("retries", { unit: "{attempt}" }).add(2, { service: "Fraud" });
  const duration = meter.createHistogram("duration", { unit: "s" });
  duration.record(1.5, { agent: "fraud" });
  duration.record(0.5, { agent: "fraud" });
  meter.createObservableGauge("waiting").addCallback((result) => result.observe(0));
  await provider.shutdown();
  const origin = { resource: { "service.name": "fraud" }, scope: "holdfast", at: expect.any(Number) };
  expect(receiver.metrics()).toEqual([
    {
      ...origin,
      name: "retries",
      unit: "{attempt}",
      kind: "sum",
      attributes: { service: "Fraud" },
      value: 2,
      count: 1,
      monotonic: true,
    },
    {
      ...origin,
      name: "duration",
      unit: "s",
      kind: "histogram",
      attributes: { agent: "fraud" },
      value: 2,
      count: 2,
      monotonic: false,
    },
    {
      ...origin,
      name: "waiting",
      unit: "",
      kind: "gauge",
      attributes: {},
      value: 0,
      count: 1,
      monotonic: false,
    },
  ]);
});

it("gives logs", async () => {
  const exporter = new OTLPLogExporter({ url: `${receiver.url}/v1/logs`, headers });
  const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] });
  provider
    .getLogger("holdfast")
    .emit({ body: "ready", severityText: "INFO", timestamp: new Date(4_000), attributes: { port: 9080 } });
  await provider.shutdown();
  expect(receiver.logs()).toEqual([
    {
      at: 4_000,
      severity: "INFO",
      body: "ready",
      attributes: { port: 9080 },
      traceId: "",
      spanId: "",
      resource: { "service.name": "fraud" },
      scope: "holdfast",
    },
  ]);
});

const named = (name: string) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name }] }] }] });
const send = (body: string | Buffer<ArrayBuffer>, encoding = "identity") =>
  fetch(`${receiver.url}/v1/traces`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", "content-encoding": encoding },
    body,
  });

it("unzips", async () => {
  await send(gzipSync(named("zipped")), "gzip");
  expect(receiver.spans()).toMatchObject([{ name: "zipped" }]);
  expect(String(receiver.requests()[0]?.body)).toContain("zipped");
});

describe("waiting", () => {
  it("ends when what is waited for comes", async () => {
    const found = receiver.waitFor(() => receiver.spans().find(({ name }) => name === "second"));
    await send(named("first"));
    await send(named("second"));
    expect(await found).toMatchObject({ name: "second" });
  });

  it("tells what has come instead", async () => {
    await send(named("first"));
    await expect(receiver.waitFor(() => false, 20)).rejects.toThrow(
      "spans: 1 × first; metrics: none; logs: 0",
    );
  });

  it("keeps nothing while it answers with an error", async () => {
    receiver.answerWith(503);
    expect((await send(named("first"))).status).toBe(503);
    receiver.answerWith(200);
    await send(named("second"));
    expect(receiver.spans().map(({ name }) => name)).toEqual(["second"]);
  });
});
