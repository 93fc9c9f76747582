// Queries of PromQL, by the registry's names alone.

import type { MetricDefinition } from "@holdfast/durable-agents/telemetry";
import type { AttributeName } from "@holdfast/service-kit/registry";
import { prometheusName, underscored } from "./prometheus-names.ts";
import type { RestateMetric } from "./restate-metrics.ts";

const WINDOW = "$__rate_interval";

/** `{{label}}` in a legend. */
export const legendOf = (...attributes: AttributeName[]): string =>
  attributes.map((attribute) => `{{${underscored(attribute)}}}`).join(" · ");

const by = (attributes: readonly AttributeName[]) =>
  attributes.length === 0 ? "" : ` by (${attributes.map(underscored).join(", ")})`;

/** How many a second, of a counter or of what a histogram has recorded. */
export function rate(metric: MetricDefinition, ...attributes: AttributeName[]): string {
  const end = metric.kind === "histogram" ? "_count" : "";
  return `sum${by(attributes)} (rate(${prometheusName(metric)}${end}[${WINDOW}]))`;
}

/** How much in the time that the dashboard shows. */
export function total(metric: MetricDefinition, ...attributes: AttributeName[]): string {
  const end = metric.kind === "histogram" ? "_sum" : "";
  return `sum${by(attributes)} (increase(${prometheusName(metric)}${end}[$__range]))`;
}

export function sumRate(metric: MetricDefinition, ...attributes: AttributeName[]): string {
  return `sum${by(attributes)} (rate(${prometheusName(metric)}_sum[${WINDOW}]))`;
}

export function quantile(share: number, metric: MetricDefinition, ...attributes: AttributeName[]): string {
  const labels = ["le", ...attributes.map(underscored)].join(", ");
  return `histogram_quantile(${share}, sum by (${labels}) (rate(${prometheusName(metric)}_bucket[${WINDOW}])))`;
}

/** Of what each process counts of its own. */
export const sum = (metric: MetricDefinition, ...attributes: AttributeName[]): string =>
  `sum${by(attributes)} (${prometheusName(metric)})`;

/** Of what all processes of a service see alike. */
export const max = (metric: MetricDefinition, ...attributes: AttributeName[]): string =>
  `max${by(attributes)} (${prometheusName(metric)})`;

export const restate = (metric: RestateMetric, selector = ""): string => `${metric}${selector}`;

export const restateRate = (metric: RestateMetric, ...labels: string[]): string =>
  `sum${labels.length === 0 ? "" : ` by (${labels.join(", ")})`} (rate(${metric}[${WINDOW}]))`;
