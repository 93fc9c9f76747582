// Traces of what a service does. Loaded only when there is somewhere to send them: the exporters cost memory.

import { setTimeout } from "node:timers/promises";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import type { HooksProvider } from "@restatedev/restate-sdk";
import { openTelemetryHook } from "@restatedev/restate-sdk-opentelemetry";

// An exporter that reaches nobody tries for longer than a process that was told to stop should go on.
const LAST_SPANS_MS = 2_000;

export interface Telemetry {
  /** One span per attempt and per executed step, under the trace that came with the request. */
  readonly hooks: HooksProvider;
  /** Sends what is left, if it can be sent soon; never rejects. */
  shutdown(): Promise<void>;
}

/** The exporter reads its endpoint and headers from OpenTelemetry's own variables. */
export function startTelemetry(service: string): Telemetry {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": service, "service.namespace": "holdfast" }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  return {
    hooks: openTelemetryHook({ tracer: provider.getTracer("holdfast") }),
    shutdown: () =>
      Promise.race([
        provider.shutdown().catch(() => {}),
        setTimeout(LAST_SPANS_MS, undefined, { ref: false }),
      ]),
  };
}
