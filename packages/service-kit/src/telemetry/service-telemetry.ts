// Telemetry of a process that serves Restate: what each attempt does, and what the durable runs in it are for.

import { modelCost } from "@holdfast/durable-agents/budgets";
import { agentTelemetry, DerivedIds } from "@holdfast/durable-agents/telemetry";
import type { HooksProvider } from "@restatedev/restate-sdk";
import { openTelemetryHook } from "@restatedev/restate-sdk-opentelemetry";
import { invocationMetrics } from "./invocation-metrics.ts";
import { langfuseAttributes } from "./langfuse.ts";
import { startTelemetry, type Telemetry, type TelemetryOptions } from "./start.ts";
import { WorkQueue } from "./work-queue.ts";

export interface ServiceTelemetry extends Telemetry {
  /** Restate's hooks, in this order. */
  readonly hooks: readonly HooksProvider[];
}

export function startServiceTelemetry(options: TelemetryOptions): ServiceTelemetry {
  const ids = new DerivedIds();
  const telemetry = startTelemetry({ ...options, ids });
  const { tracer, meter, version } = telemetry;
  const queue = new WorkQueue();
  const agents = agentTelemetry({
    tracer,
    ids,
    meter,
    captureContent: options.env.TELEMETRY_CAPTURE_CONTENT,
    agentVersion: version,
    costOf: modelCost,
    attributesOf: (span) => langfuseAttributes(span, version),
    schedule: (work) => queue.add(work),
  });
  return {
    ...telemetry,
    // Without spans of executed steps: they hang under their attempt's, which a process that is killed never sends.
    hooks: [invocationMetrics(), openTelemetryHook({ tracer, runSpans: false }), agents.hooks],
    shutdown: () => {
      queue.empty();
      return telemetry.shutdown();
    },
  };
}
