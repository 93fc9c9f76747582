// Records the metrics that the registry names, by OpenTelemetry's global meter, which does nothing while telemetry is off.

import { type MetricDefinition, type Recorder, recorderOf } from "@holdfast/durable-agents/telemetry";
import { type Meter, metrics } from "@opentelemetry/api";
import type { AttributeName } from "./registry.ts";

/** The process's own name is added where a metric has it. */
type OwnAttribute = "holdfast.service";

/** Values of a metric's attributes; others than its own do not compile. */
export type MetricAttributes<D extends MetricDefinition> = {
  readonly [Name in Exclude<D["attributes"][number], OwnAttribute>]?: string | number;
};

type Recorded = MetricDefinition & { readonly kind: "counter" | "histogram" };
type Gauge = MetricDefinition & { readonly kind: "gauge" };

/** A gauge's value at the moment. */
export interface Observation {
  readonly gauge: Gauge;
  readonly value: number;
  readonly attributes?: { readonly [Name in AttributeName]?: string };
}

/** The name of the meter, and of the tracer, of all our own telemetry. */
export const SCOPE = "holdfast";

const recorders = new WeakMap<Meter, Map<MetricDefinition, Recorder>>();

/** Adds to a counter, or records in a histogram. */
export function recordMetric<D extends Recorded>(
  metric: D,
  value: number,
  attributes: MetricAttributes<D> = {},
): void {
  const meter = metrics.getMeter(SCOPE);
  const ofMeter = recorders.get(meter) ?? new Map<MetricDefinition, Recorder>();
  recorders.set(meter, ofMeter);
  const record = ofMeter.get(metric) ?? recorderOf(meter, metric);
  ofMeter.set(metric, record);
  record(value, { ...attributes });
}

/**
 * Observes gauges whenever metrics are exported.
 *
 * @param read returns all values there are at the moment; when it rejects, none is exported
 */
export function observeGauges(gauges: readonly Gauge[], read: () => Promise<readonly Observation[]>): void {
  const meter = metrics.getMeter(SCOPE);
  const observed = new Map(
    gauges.map((gauge) => {
      const { name, unit, description } = gauge;
      return [gauge, meter.createObservableGauge(name, { unit, description })] as const;
    }),
  );
  meter.addBatchObservableCallback(
    async (result) => {
      for (const { gauge, value, attributes = {} } of await read()) {
        const instrumentOfGauge = observed.get(gauge);
        if (instrumentOfGauge) result.observe(instrumentOfGauge, value, { ...attributes });
      }
    },
    [...observed.values()],
  );
}
