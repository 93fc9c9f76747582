// Translates OpenTelemetry's names as the collector's Prometheus exporter does.

import type { MetricDefinition } from "@holdfast/durable-agents/telemetry";

const UNITS: Readonly<Record<string, string>> = { s: "_seconds" };

/** The metric's name, without what a histogram appends: `_bucket`, `_sum` and `_count`. */
export function prometheusName({ name, unit, kind }: MetricDefinition): string {
  // Units in braces are no units but annotations.
  return `${underscored(name)}${UNITS[unit] ?? ""}${kind === "counter" ? "_total" : ""}`;
}

/** All names under which Prometheus finds a metric. */
export function prometheusSeries(metric: MetricDefinition): string[] {
  const name = prometheusName(metric);
  return metric.kind === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name];
}

export function underscored(name: string): string {
  return name.replaceAll(/\W/g, "_");
}
