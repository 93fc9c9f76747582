// OpenTelemetry's instruments of the metrics that the registry names.

import type { Counter, Histogram, Meter } from "@opentelemetry/api";
import { METRIC, type MetricDefinition } from "./registry.ts";

type Instrument<K extends MetricDefinition["kind"]> = K extends "histogram" ? Histogram : Counter;

// Seconds, from a step of a few milliseconds to a reviewer who answers after days.
const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 10_800, 86_400];
const TURNS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const TOKENS = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];

/** The instrument of a metric that is counted or measured; one that is observed has none. */
export function instrument<D extends MetricDefinition & { readonly kind: "counter" | "histogram" }>(
  meter: Meter,
  definition: D,
): Instrument<D["kind"]> {
  const { name, unit, description } = definition;
  const options = { unit, description };
  switch (definition.kind) {
    case "histogram": {
      const explicitBucketBoundaries = boundariesOf(unit);
      return meter.createHistogram(name, { ...options, advice: { explicitBucketBoundaries } }) as Instrument<
        D["kind"]
      >;
    }
    default:
      return meter.createCounter(name, options) as Instrument<D["kind"]>;
  }
}

function boundariesOf(unit: string): number[] {
  if (unit === "{token}") return TOKENS;
  return unit === "{turn}" ? TURNS : SECONDS;
}

/** The metrics of agents, tools and model calls. */
export function agentInstruments(meter: Meter) {
  return {
    tokenUsage: instrument(meter, METRIC.tokenUsage),
    operationDuration: instrument(meter, METRIC.operationDuration),
    agentDuration: instrument(meter, METRIC.agentDuration),
    toolDuration: instrument(meter, METRIC.toolDuration),
    cost: instrument(meter, METRIC.cost),
    approvalWait: instrument(meter, METRIC.approvalWait),
  };
}
