// Telemetry of a process that serves Restate: what each attempt does, and what the durable runs in it are for.

import { agentTelemetry, DerivedIds } from "@holdfast/durable-agents/telemetry";
import type { HooksProvider } from "@restatedev/restate-sdk";
import { openTelemetryHook } from "@restatedev/restate-sdk-opentelemetry";
import { invocationMetrics } from "./invocation-metrics.ts";
import { startTelemetry, type Telemetry, type TelemetryOptions } from "./start.ts";

export interface ServiceTelemetry extends Telemetry {
  /** Restate's hooks, in this order. */
  readonly hooks: readonly HooksProvider[];
}

export function startServiceTelemetry(options: TelemetryOptions): ServiceTelemetry {
  const ids = new DerivedIds();
  const telemetry = startTelemetry({ ...options, ids });
  const { tracer, meter, metrics, version } = telemetry;
  const agents = agentTelemetry({
    tracer,
    ids,
    meter,
    captureContent: options.env.TELEMETRY_CAPTURE_CONTENT,
    agentVersion: version,
  });
  return {
    ...telemetry,
    // Without spans of executed steps: they hang under their attempt's, which a process that is killed never sends.
    hooks: [invocationMetrics(metrics), openTelemetryHook({ tracer, runSpans: false }), agents.hooks],
  };
}
