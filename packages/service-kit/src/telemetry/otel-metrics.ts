// The registry's metrics by OpenTelemetry. An attribute that a metric does not have in the registry is not sent, whoever
// records it: so no id can become a label.

import { ATTR, instrument, METRIC, type MetricDefinition } from "@holdfast/durable-agents/telemetry";
import type { Counter, Histogram, Meter, ObservableGauge } from "@opentelemetry/api";
import { createAllowListAttributesProcessor, type ViewOptions } from "@opentelemetry/sdk-metrics";
import type { Metrics, Observation } from "./metrics.ts";

/** For the MeterProvider whose meters are used. */
export const registryViews: ViewOptions[] = Object.values(METRIC).map(({ name, attributes }) => ({
  instrumentName: name,
  attributesProcessors: [createAllowListAttributesProcessor([...attributes])],
}));

type Recorded = Counter | Histogram;

/** @param service the process's name, for metrics that have it */
export function otelMetrics(meter: Meter, service: string): Metrics {
  const instruments = new Map<MetricDefinition, Recorded>();
  const own = (metric: MetricDefinition) =>
    metric.attributes.includes(ATTR.service) ? { [ATTR.service]: service } : {};
  return {
    record(metric, value, attributes = {}) {
      const found: Recorded = instruments.get(metric) ?? instrument(meter, metric);
      instruments.set(metric, found);
      const told = { ...attributes, ...own(metric) };
      if ("record" in found) found.record(value, told);
      else found.add(value, told);
    },
    observe(gauges, read) {
      const observed = new Map<Observation["gauge"], ObservableGauge>(
        gauges.map((gauge) => {
          const { name, unit, description } = gauge;
          return [gauge, meter.createObservableGauge(name, { unit, description })];
        }),
      );
      meter.addBatchObservableCallback(
        async (result) => {
          for (const { gauge, value, attributes = {} } of await read()) {
            const instrumentOfGauge = observed.get(gauge);
            if (instrumentOfGauge) result.observe(instrumentOfGauge, value, { ...attributes, ...own(gauge) });
          }
        },
        [...observed.values()],
      );
    },
  };
}
