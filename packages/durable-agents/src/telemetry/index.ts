/**
 * One span for each logical step of a durable run, by OpenTelemetry. An entry of its own: who needs none of it loads none
 * of it.
 */

export type { SpanAttributes } from "../handler/telemetry/logical-span.ts";
export { type RecordedSpan, recordOnce, recordSpan, traceIdOf } from "../handler/telemetry/record.ts";
export { type AgentTelemetryOptions, agentTelemetry } from "./agent-telemetry.ts";
export { DerivedIds } from "./derived-ids.ts";
export { instrument } from "./instruments.ts";
export { ATTR, type AttributeName, METRIC, type MetricDefinition, PERSONAL } from "./registry.ts";
