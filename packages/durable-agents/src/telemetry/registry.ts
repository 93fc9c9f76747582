// Every name that telemetry uses, in one place: attributes, spans and metrics. What is not named here is not emitted.
//
// Names follow OpenTelemetry's GenAI conventions at the commit that docs/telemetry.md names; `langfuse.*` are
// Langfuse's own (https://langfuse.com/integrations/native/opentelemetry), `holdfast.*` ours.

/** Attributes of spans and metrics. */
export const ATTR = {
  operationName: "gen_ai.operation.name",
  providerName: "gen_ai.provider.name",
  conversationId: "gen_ai.conversation.id",
  agentName: "gen_ai.agent.name",
  agentVersion: "gen_ai.agent.version",
  requestModel: "gen_ai.request.model",
  responseModel: "gen_ai.response.model",
  responseId: "gen_ai.response.id",
  finishReasons: "gen_ai.response.finish_reasons",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  cachedInputTokens: "gen_ai.usage.cache_read.input_tokens",
  reasoningTokens: "gen_ai.usage.reasoning.output_tokens",
  tokenType: "gen_ai.token.type",
  toolName: "gen_ai.tool.name",
  toolCallId: "gen_ai.tool.call.id",
  errorType: "error.type",
  invocationId: "restate.invocation.id",
  invocationTarget: "restate.invocation.target",
  restateService: "restate.service.name",
  // The process's, as in `service.name`: what is deployed and scaled.
  service: "holdfast.service",
  attempt: "holdfast.attempt",
  handoffFrom: "holdfast.handoff.from",
  handoffTo: "holdfast.handoff.to",
  guardrailName: "holdfast.guardrail.name",
  guardrailTriggered: "holdfast.guardrail.triggered",
  approvalAnswer: "holdfast.approval.answer",
  approvalAnsweredBy: "holdfast.approval.answered_by",
  approvalWaitSeconds: "holdfast.approval.wait_s",
  compensationName: "holdfast.compensation.name",
  claimOutcome: "holdfast.claim.outcome",
  claimDecidedBy: "holdfast.claim.decided_by",
  costUsd: "holdfast.cost.usd",
  inputMessages: "gen_ai.input.messages",
  outputMessages: "gen_ai.output.messages",
  systemInstructions: "gen_ai.system_instructions",
  toolArguments: "gen_ai.tool.call.arguments",
  toolResult: "gen_ai.tool.call.result",
  langfuseSession: "langfuse.session.id",
  langfuseType: "langfuse.observation.type",
  langfuseModel: "langfuse.observation.model.name",
  langfuseUsage: "langfuse.observation.usage_details",
  langfuseCost: "langfuse.observation.cost_details",
  langfusePromptName: "langfuse.observation.prompt.name",
  langfusePromptVersion: "langfuse.observation.prompt.version",
  langfuseRelease: "langfuse.release",
  langfuseInput: "langfuse.observation.input",
  langfuseOutput: "langfuse.observation.output",
  httpMethod: "http.request.method",
  httpRoute: "http.route",
  httpStatusCode: "http.response.status_code",
  urlScheme: "url.scheme",
} as const;
export type AttributeName = (typeof ATTR)[keyof typeof ATTR];

/** Attributes whose values may be personal data: set only when content is captured on purpose. */
export const PERSONAL: ReadonlySet<AttributeName> = new Set([
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

/** A metric: its instrument, its unit, and the only attributes that it may have. None of them is an id. */
export interface MetricDefinition {
  readonly name: string;
  readonly kind: "counter" | "histogram" | "gauge";
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly AttributeName[];
}

const { operationName, providerName, requestModel, agentName, toolName, errorType, service, restateService } =
  ATTR;

export const METRIC = {
  tokenUsage: {
    name: "gen_ai.client.token.usage",
    kind: "histogram",
    unit: "{token}",
    description: "Tokens that one model call used",
    attributes: [operationName, providerName, requestModel, ATTR.responseModel, agentName, ATTR.tokenType],
  },
  operationDuration: {
    name: "gen_ai.client.operation.duration",
    kind: "histogram",
    unit: "s",
    description: "How long one model call took",
    attributes: [operationName, providerName, requestModel, ATTR.responseModel, agentName, errorType],
  },
  agentDuration: {
    name: "holdfast.agent.duration",
    kind: "histogram",
    unit: "s",
    description: "How long an agent worked, waits included",
    attributes: [agentName, errorType],
  },
  toolDuration: {
    name: "holdfast.tool.duration",
    kind: "histogram",
    unit: "s",
    description: "How long a tool call took, waits included",
    attributes: [agentName, toolName, errorType],
  },
  cost: {
    name: "holdfast.model.cost",
    kind: "counter",
    unit: "{USD}",
    description: "What model calls cost, in US dollars; of models whose price is known",
    attributes: [requestModel, agentName],
  },
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
  approvalWait: {
    name: "holdfast.approvals.wait",
    kind: "histogram",
    unit: "s",
    description: "How long a person took to answer",
    attributes: [ATTR.approvalAnswer],
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
  },
  httpServerDuration: {
    name: "http.server.request.duration",
    kind: "histogram",
    unit: "s",
    description: "How long the gateway took to answer",
    attributes: [ATTR.httpMethod, ATTR.httpRoute, ATTR.httpStatusCode, ATTR.urlScheme, errorType],
  },
} as const satisfies Record<string, MetricDefinition>;
