// The names of the attributes and metrics that this library emits. They follow OpenTelemetry's GenAI conventions at the commit
// that docs/telemetry.md names; `holdfast.*` are the library's own.

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
  attempt: "holdfast.attempt",
  handoffFrom: "holdfast.handoff.from",
  handoffTo: "holdfast.handoff.to",
  guardrailName: "holdfast.guardrail.name",
  guardrailTriggered: "holdfast.guardrail.triggered",
  approvalAnswer: "holdfast.approval.answer",
  compensationName: "holdfast.compensation.name",
  costUsd: "holdfast.cost.usd",
  // Of content, which is personal data: they are set only where it is captured.
  inputMessages: "gen_ai.input.messages",
  outputMessages: "gen_ai.output.messages",
  systemInstructions: "gen_ai.system_instructions",
  toolArguments: "gen_ai.tool.call.arguments",
  toolResult: "gen_ai.tool.call.result",
} as const;

/** A metric: its instrument, its unit, and the only attributes that it may have. None of them is an id. */
export interface MetricDefinition {
  readonly name: string;
  readonly kind: "counter" | "histogram" | "gauge";
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly string[];
  /** A histogram's, in the metric's unit; seconds from a short step to days by default. */
  readonly boundaries?: readonly number[];
}

const { operationName, providerName, requestModel, responseModel, agentName, toolName, errorType } = ATTR;

/** The metrics of model calls, agents, tools and approvals. */
export const METRIC = {
  tokenUsage: {
    name: "gen_ai.client.token.usage",
    kind: "histogram",
    unit: "{token}",
    description: "Tokens that one model call used",
    attributes: [operationName, providerName, requestModel, responseModel, agentName, ATTR.tokenType],
    boundaries: [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576],
  },
  operationDuration: {
    name: "gen_ai.client.operation.duration",
    kind: "histogram",
    unit: "s",
    description: "How long one model call took",
    attributes: [operationName, providerName, requestModel, responseModel, agentName, errorType],
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
  approvalWait: {
    name: "holdfast.approvals.wait",
    kind: "histogram",
    unit: "s",
    description: "How long a person took to answer",
    attributes: [ATTR.approvalAnswer],
  },
} as const satisfies Record<string, MetricDefinition>;
