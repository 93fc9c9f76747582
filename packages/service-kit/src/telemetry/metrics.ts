// How a service counts and measures what the registry names. Costs nothing while telemetry is off.

import type { AttributeName, MetricDefinition } from "@holdfast/durable-agents/telemetry";

/** The process's own name is added where a metric has it. */
type OwnAttribute = "holdfast.service";

/** Values of a metric's attributes; others than its own do not compile. */
export type MetricAttributes<D extends MetricDefinition> = {
  readonly [Name in Exclude<D["attributes"][number], OwnAttribute>]?: string | number;
};

/** A gauge's value at the moment. */
export interface Observation {
  readonly gauge: MetricDefinition & { readonly kind: "gauge" };
  readonly value: number;
  readonly attributes?: { readonly [Name in AttributeName]?: string };
}

export interface Metrics {
  /** Adds to a counter, or records in a histogram. */
  record<D extends MetricDefinition & { readonly kind: "counter" | "histogram" }>(
    metric: D,
    value: number,
    attributes?: MetricAttributes<D>,
  ): void;
  /**
   * Has gauges asked for whenever metrics are sent.
   *
   * @param read gives all that there is at the moment; when it rejects, nothing is told
   */
  observe(gauges: readonly Observation["gauge"][], read: () => Promise<readonly Observation[]>): void;
}

/** Of a process without telemetry. */
export const noMetrics: Metrics = { record: () => {}, observe: () => {} };
