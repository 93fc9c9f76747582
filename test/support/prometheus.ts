// Reads the collector's metrics for Prometheus, by the names of the registry.

import { ATTR, METRIC } from "@holdfast/service-kit/registry";
import { prometheusSeries, underscored } from "../../scripts/dashboards/prometheus-names.ts";
import type { EmittedSignal } from "./telemetry-matrix.ts";

/** What the exporter adds to a metric's own attributes. */
const NO_ATTRIBUTE = /^(le|job|instance|otel_scope_\w+)$/;
const METRIC_NAMES = new Map(
  Object.values(METRIC).flatMap((metric) => prometheusSeries(metric).map((series) => [series, metric.name])),
);
const ATTRIBUTES = new Map(Object.values(ATTR).map((attribute) => [underscored(attribute), attribute]));

/** @param text in Prometheus' own format */
export function metricsIn(text: string): EmittedSignal[] {
  return text.split("\n").flatMap((line) => {
    const [, series = "", labels = ""] = line.match(/^(\w+)\{(.*)\} \S+$/) ?? [];
    // What is known of the process.
    if (series === "" || series === "target_info") return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label = "", value = ""]) => [label, value] as const,
    );
    // A job is `<service.namespace>/<service.name>`.
    const [service = ""] = Object.fromEntries(pairs).job?.split("/").reverse() ?? [];
    return {
      service,
      name: METRIC_NAMES.get(series) ?? series,
      attributes: Object.fromEntries(
        pairs
          .filter(([label]) => !NO_ATTRIBUTE.test(label))
          .map(([label, value]) => [ATTRIBUTES.get(label) ?? label, value]),
      ),
    };
  });
}
