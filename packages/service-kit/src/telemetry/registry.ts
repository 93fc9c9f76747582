// Every name that Holdfast's telemetry uses, in one place: the library's own, and those of processes, claims and requests.
// What is not named here is not emitted.
//
// `langfuse.*` are Langfuse's own (https://langfuse.com/integrations/native/opentelemetry), `http.*` OpenTelemetry's HTTP
// conventions', `restate.*` Restate's.

import {
  ATTR as AGENT_ATTR,
  METRIC as AGENT_METRIC,
  type MetricDefinition,
} from "@holdfast/durable-agents/telemetry";

/** Attributes of spans and metrics. */
export const ATTR = {
  ...AGENT_ATTR,
  invocationId: "restate.invocation.id",
  invocationTarget: "restate.invocation.target",
  restateService: "restate.service.name",
  // The process's, as in `service.name`: what is deployed and scaled.
  service: "holdfast.service",
  approvalAnsweredBy: "holdfast.approval.answered_by",
  approvalWaitSeconds: "holdfast.approval.wait_s",
  claimOutcome: "holdfast.claim.outcome",
  claimDecidedBy: "holdfast.claim.decided_by",
  claimTrouble: "holdfast.claim.trouble",
  langfuseSession: "langfuse.session.id",
  langfuseType: "langfuse.observation.type",
  langfuseModel: "langfuse.observation.model.name",
  langfuseUsage: "langfuse.observation.usage_details",
  langfuseCost: "langfuse.observation.cost_details",
  langfuseRelease: "langfuse.release",
  langfuseInput: "langfuse.observation.input",
  langfuseOutput: "langfuse.observation.output",
  httpMethod: "http.request.method",
  httpRoute: "http.route",
  httpStatusCode: "http.response.status_code",
  urlScheme: "url.scheme",
} as const;
export type AttributeName = (typeof ATTR)[keyof typeof ATTR];

/** Attributes whose values may be personal data: exported only when content is captured on purpose. */
export const PERSONAL: ReadonlySet<string> = new Set([
  ATTR.inputMessages,
  ATTR.outputMessages,
  ATTR.systemInstructions,
  ATTR.toolArguments,
  ATTR.toolResult,
  ATTR.langfuseInput,
  ATTR.langfuseOutput,
  // Who decided a claim is named in its record, for those who may read it.
  ATTR.approvalAnsweredBy,
]);

const { errorType, service, restateService } = ATTR;

export const METRIC = {
  ...AGENT_METRIC,
  retries: {
    name: "holdfast.retries",
    kind: "counter",
    unit: "{attempt}",
    description: "Attempts that failed and are made again",
    attributes: [service, errorType],
  },
  invocationsInFlight: {
    name: "holdfast.invocations.in_flight",
    kind: "gauge",
    unit: "{invocation}",
    description: "Invocations that a process works on now; those that are suspended are none of them",
    attributes: [service],
  },
  claimsDecided: {
    name: "holdfast.claims.decided",
    kind: "counter",
    unit: "{claim}",
    description: "Claims that have ended",
    attributes: [ATTR.claimOutcome, ATTR.claimDecidedBy],
  },
  claimDuration: {
    name: "holdfast.claims.duration",
    kind: "histogram",
    unit: "s",
    description: "From a claim's submission to its end",
    attributes: [ATTR.claimOutcome],
  },
  claimsInTrouble: {
    name: "holdfast.claims.in_trouble",
    kind: "gauge",
    unit: "{claim}",
    description: "Claims that cannot go on, or have failed for long, by what is wrong",
    attributes: [ATTR.claimTrouble],
  },
  approvalsWaiting: {
    name: "holdfast.approvals.waiting",
    kind: "gauge",
    unit: "{approval}",
    description: "Approvals that nobody has answered yet",
    attributes: [],
  },
  oldestApproval: {
    name: "holdfast.approvals.oldest_age",
    kind: "gauge",
    unit: "s",
    description: "How long the oldest of them has waited",
    attributes: [],
  },
  invocationsPaused: {
    name: "holdfast.invocations.paused",
    kind: "gauge",
    unit: "{invocation}",
    description: "Invocations that Restate has given up on until somebody resumes them",
    attributes: [restateService],
  },
  invocationsRetrying: {
    name: "holdfast.invocations.retrying",
    kind: "gauge",
    unit: "{invocation}",
    description: "Invocations that wait for their next attempt after one that failed",
    attributes: [restateService],
  },
  sessionTurns: {
    name: "holdfast.session.turns",
    kind: "histogram",
    unit: "{turn}",
    description: "How many turns a chat session has when another one is added",
    attributes: [service],
    boundaries: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
  },
  httpServerDuration: {
    name: "http.server.request.duration",
    kind: "histogram",
    unit: "s",
    description: "How long the gateway took to answer",
    attributes: [ATTR.httpMethod, ATTR.httpRoute, ATTR.httpStatusCode, ATTR.urlScheme, errorType],
  },
} as const satisfies Record<string, MetricDefinition>;
