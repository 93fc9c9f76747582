/**
 * One span for each logical step of a durable run, by OpenTelemetry. An entry of its own: who needs none of it loads none
 * of it.
 */

export { type AgentTelemetryOptions, agentTelemetry } from "./agent-telemetry.ts";
export { DerivedIds } from "./derived-ids.step.ts";
export { instrument } from "./instruments.ts";
export type { ModelCost, SpanAttributes } from "./logical-span.ts";
export { type RecordedSpan, recordOnce, recordSpan, traceIdOf } from "./record.ts";
export { ATTR, type AttributeName, METRIC, type MetricDefinition, PERSONAL } from "./registry.ts";
