export {
  AgentRunError,
  classifyModelError,
  type ModelErrorClass,
  reportErrorsToModel,
  rethrowRestateErrors,
} from "./errors.ts";
export type { ApprovalRequest, Approvals, ApprovalTimeout } from "./handler/approvals/approvals.ts";
export type { Budget, BudgetLimit, TokenPrice } from "./handler/budget/budget.ts";
export { BudgetExceededError, type RunUsage } from "./handler/budget/budget-exceeded-error.ts";
export { runUsage } from "./handler/budget/budget-meter.ts";
export type { RetryBounds } from "./handler/context/bounded-retries.ts";
export { currentDurableContext } from "./handler/context/current-run.ts";
export type { DurableCall, DurableClient, KeyedDescriptor } from "./handler/context/durable-client.ts";
export {
  DurableContext,
  DurableObjectContext,
  DurableObjectSharedContext,
} from "./handler/context/durable-context.ts";
export type { DurableStep } from "./handler/context/durable-steps.ts";
export { CompensationError, type FailedCompensation } from "./handler/flow/compensation-error.ts";
export {
  type CompensationOptions,
  Compensations,
  currentCompensations,
} from "./handler/flow/compensations.ts";
export { type RaceResult, raceAgents } from "./handler/flow/race-agents.ts";
export { DurableModelCalls, type DurableModelCallsOptions } from "./handler/run/durable-model-calls.ts";
export { DurableRunner, type DurableRunnerOptions } from "./handler/run/durable-runner.ts";
export { type HistoryPolicy, keepLastTurns } from "./handler/session/history-policy.ts";
export { RestateSession, type RestateSessionOptions } from "./handler/session/restate-session.ts";
export { runTurn } from "./handler/session/run-turn.ts";
export { readSession } from "./handler/session/session-history.ts";
export { type IfBusy, submitTurn } from "./handler/session/submit-turn.ts";
export { type SummariseOptions, summarise } from "./handler/session/summarise.ts";
export { type DurableMcpOptions, durableMcp } from "./handler/tools/durable-mcp.ts";
export {
  type DurableToolOptions,
  durableTool,
  type NeedsApproval,
  type ToolErrorFunction,
  type ToolParameters,
} from "./handler/tools/durable-tool.ts";
export { type RemoteAgentToolOptions, remoteAgentTool } from "./handler/tools/remote-agent-tool.ts";
export { type OpenAIModelsOptions, openAIModels } from "./journaled/openai-models.ts";
export type { ProgressListener, ProgressPublisher } from "./progress/on-progress.ts";
export { type ProgressTopicsOptions, progressTopics } from "./progress/progress-topics.ts";
export {
  EMPTY_PROGRESS_VIEW,
  foldProgress,
  type ProgressView,
  type ToolInProgress,
} from "./progress/progress-view.ts";
export { type PublishToOptions, publishTo } from "./progress/publish-to.ts";
export { type ReadProgressOptions, readProgress } from "./progress/read-progress.ts";
export { type ApprovalAnswer, approvalAnswerSchema } from "./wire/approval-answer.ts";
export type { ProgressFrame } from "./wire/progress.ts";
