/**
 * One span for each logical step of a durable run, by OpenTelemetry. An entry of its own: who needs none of it loads none
 * of it.
 */

export { agentTelemetry } from "./agent-telemetry.ts";
export { DerivedIds } from "./derived-ids.step.ts";
export {
  type AgentTelemetryOptions,
  type EndedSpan,
  type ModelCost,
  type Recorder,
  recorderOf,
} from "./emitter.ts";
export { type RecordedSpan, recordOnce, recordSpan } from "./record.ts";
export { ATTR, METRIC, type MetricDefinition } from "./registry.ts";
