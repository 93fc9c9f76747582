// Traces and metrics of a process, sent by OTLP over HTTP. Loaded only when there is somewhere to send them: it costs
// memory.

import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  context,
  DiagLogLevel,
  diag,
  type Meter,
  metrics,
  propagation,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, type IdGenerator, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";
import manifest from "../../package.json" with { type: "json" };
import { watchedMetrics, watchedSpans } from "./exporters.ts";
import { SCOPE } from "./metrics.ts";
import { Outage } from "./outage.ts";
import { registryViews } from "./registry-views.ts";
import type { TelemetryEnv, TelemetryTarget } from "./settings.ts";

// A process that is killed loses what it has not sent, and what waits in work-queue.ts for as long.
const SPANS_WAIT_MS = 100;
const BATCH = 256;
// What waits for a collector that does not answer; later ones are dropped. A span takes 1 to 2 KiB without content, and with it
// at most what the limit of a value allows.
const MOST_SPANS_WAITING = 2_048;
const LONGEST_VALUE = 16_384;
const EXPORT_TIMEOUT_MS = 5_000;
// An exporter that reaches nobody tries for longer than a process should go on that was asked to stop.
const LAST_EXPORT_MS = 2_000;

export interface TelemetryOptions {
  /** The service's folder name. */
  readonly service: string;
  readonly target: TelemetryTarget;
  readonly env: TelemetryEnv;
  readonly logger: Logger;
  /** Random ids by default. */
  readonly ids?: IdGenerator;
}

export interface Telemetry {
  readonly tracer: Tracer;
  readonly meter: Meter;
  readonly version: string;
  /** Of the span that the running code works for, for its log lines. */
  logFields(): { readonly trace_id?: string; readonly span_id?: string };
  /** Sends what is left, if it can be sent soon; never rejects. */
  shutdown(): Promise<void>;
}

export function startTelemetry({ service, target, env, logger, ids }: TelemetryOptions): Telemetry {
  const outage = new Outage(logger);
  diag.setLogger(quietly(logger), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const resource = resourceOf(service);
  const spans = new TracerProvider({
    resource,
    ...(ids && { idGenerator: ids }),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: watchedSpans(
          new OTLPTraceExporter({ timeoutMillis: EXPORT_TIMEOUT_MS, ...target.traces }),
          outage,
          env.TELEMETRY_CAPTURE_CONTENT,
        ),
        scheduledDelayMillis: SPANS_WAIT_MS,
        maxExportBatchSize: BATCH,
        maxQueueSize: MOST_SPANS_WAITING,
      }),
    ],
  });
  trace.setGlobalTracerProvider(spans);
  const measures = new MeterProvider({
    resource,
    views: registryViews(service),
    readers: target.metrics ? [metricReader(env.OTEL_METRIC_EXPORT_INTERVAL, outage)] : [],
  });
  metrics.setGlobalMeterProvider(measures);
  return {
    tracer: spans.getTracer(SCOPE),
    meter: measures.getMeter(SCOPE),
    version: manifest.version,
    logFields() {
      const active = trace.getActiveSpan()?.spanContext();
      return active ? { trace_id: active.traceId, span_id: active.spanId } : {};
    },
    shutdown: () =>
      Promise.race([
        Promise.allSettled([spans.shutdown(), measures.shutdown()]).then(() => {}),
        setTimeout(LAST_EXPORT_MS, undefined, { ref: false }),
      ]),
  };
}

function metricReader(exportIntervalMillis: number, outage: Outage): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: watchedMetrics(new OTLPMetricExporter({ timeoutMillis: EXPORT_TIMEOUT_MS }), outage),
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(EXPORT_TIMEOUT_MS, exportIntervalMillis),
  });
}

/** The process's attributes; those of OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME count most. */
function resourceOf(service: string) {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        "service.name": service,
        "service.namespace": "holdfast",
        "service.version": manifest.version,
        "service.instance.id": randomUUID(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
}

/** OpenTelemetry's own messages at debug level: most are of failed exports, which are logged once. */
function quietly(logger: Logger) {
  const log = (message: string) => logger.debug({ source: "opentelemetry" }, message.slice(0, 200));
  return { error: log, warn: log, info: log, debug: log, verbose: log };
}
