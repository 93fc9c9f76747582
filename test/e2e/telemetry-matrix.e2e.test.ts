// Each service tells of itself by the registry: in spans, metrics and logs.

import {
  type MetricRecord,
  type OtlpReceiver,
  type SpanRecord,
  startOtlpReceiver,
} from "@holdfast/testing/otlp-receiver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  exercise,
  expectLog,
  missing,
  SERVICES,
  type Told,
  unregistered,
} from "../support/telemetry-matrix.ts";
import { type System, startSystem } from "./system.ts";

let otlp: OtlpReceiver;
let system: System;
const lines: { readonly service: string; readonly text: string }[] = [];

beforeAll(async () => {
  otlp = await startOtlpReceiver();
  system = await startSystem({
    gateway: true,
    otlpUrl: otlp.url,
    onLine: (service, text) => lines.push({ service, text }),
    env: { LOG_LEVEL: "debug", OTEL_METRIC_EXPORT_INTERVAL: "500" },
  });
});
afterAll(async () => {
  await system?.stop();
  await otlp?.stop();
});

// Restate tells of itself too, by names of its own.
const told = (records: readonly (SpanRecord | MetricRecord)[]): Told[] =>
  records
    .map(({ name, attributes, resource }) => ({
      name,
      attributes,
      service: String(resource["service.name"]),
    }))
    .filter(({ service }) => SERVICES.includes(service));
const spans = () => told(otlp.spans());
const metrics = () => told(otlp.metrics());

describe("what services tell", () => {
  it("is there: each service's spans and metrics", async () => {
    await exercise(system, system);
    // In vain or not: what is missing is said below.
    await otlp.waitFor(() => missing(spans(), metrics()).length === 0).catch(() => {});
    expect(missing(spans(), metrics())).toEqual([]);
  });

  it("is named by the registry, and a metric has its own attributes alone", () => {
    expect(unregistered(spans(), metrics())).toEqual([]);
  });

  it.each(SERVICES)("is there in the log of %s, a JSON object a line", (service) => {
    const own = lines.filter((one) => one.service === service).map(({ text }) => text);
    expectLog(service, own, new Set(otlp.spans().map(({ traceId }) => traceId)));
  });
});
