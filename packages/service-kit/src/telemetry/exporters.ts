// Exports spans without personal data, and logs when they cannot be sent.

import type { Attributes } from "@opentelemetry/api";
import type { ExportResult } from "@opentelemetry/core";
import type { PushMetricExporter, ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { Outage } from "./outage.ts";
import { PERSONAL } from "./registry.ts";

/** @param captureContent whether personal data may be sent */
export function watchedSpans(exporter: SpanExporter, outage: Outage, captureContent: boolean): SpanExporter {
  return {
    export: (spans: ReadableSpan[], done: (result: ExportResult) => void) =>
      exporter.export(captureContent ? spans : spans.map(withoutPersonalData), outage.watch("traces", done)),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

export function watchedMetrics(exporter: PushMetricExporter, outage: Outage): PushMetricExporter {
  return {
    export: (metrics: ResourceMetrics, done: (result: ExportResult) => void) =>
      exporter.export(metrics, outage.watch("metrics", done)),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
}

// An error's message, and the stack that begins with it, may quote a claim: whoever recorded it may not know.
const QUOTING = new Set(["exception.message", "exception.stacktrace"]);

function withoutPersonalData(span: ReadableSpan): ReadableSpan {
  if (isClean(span)) return span;
  // It lies over the span, whose own values others may still read.
  return Object.create(span, {
    attributes: { value: cleaned(span.attributes) },
    events: {
      value: span.events.map((event) => ({
        ...event,
        ...(event.attributes && { attributes: cleaned(event.attributes) }),
      })),
    },
    status: { value: { code: span.status.code } },
  });
}

/** Nearly all are: none of them is copied. */
function isClean({ attributes, events, status }: ReadableSpan): boolean {
  if (status.message !== undefined || Object.keys(attributes).some(isRefused)) return false;
  return !events.some((event) => event.attributes && Object.keys(event.attributes).some(isRefused));
}

function cleaned(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !isRefused(name)));
}

function isRefused(name: string): boolean {
  return QUOTING.has(name) || PERSONAL.has(name);
}
