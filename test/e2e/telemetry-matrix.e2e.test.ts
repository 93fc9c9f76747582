// Each service emits the spans, metrics and logs that the registry names.

import {
  type MetricRecord,
  type OtlpReceiver,
  type SpanRecord,
  startOtlpReceiver,
} from "@holdfast/testing/otlp-receiver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type EmittedSignal,
  exercise,
  expectLog,
  missing,
  SERVICES,
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

// Restate emits signals of its own too, by other names.
const emitted = (records: readonly (SpanRecord | MetricRecord)[]): EmittedSignal[] =>
  records
    .map(({ name, attributes, resource }) => ({
      name,
      attributes,
      service: String(resource["service.name"]),
    }))
    .filter(({ service }) => SERVICES.includes(service));
const spans = () => emitted(otlp.spans());
const metrics = () => emitted(otlp.metrics());

describe("the signals of each service", () => {
  it("is there: each service's spans and metrics", async () => {
    await exercise(system, system);
    // The next line names what is missing.
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
