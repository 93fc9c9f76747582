export { DurableRunner, type DurableRunnerOptions } from "./agents/durable-runner.ts";
export {
  AgentRunError,
  reportErrorsToModel,
  rethrowRestateErrors,
} from "./agents/errors.ts";
export { DurableModelCalls, type DurableModelCallsOptions } from "./agents/models/durable-model-calls.ts";
export { classifyModelError, type ModelErrorClass } from "./agents/models/model-errors.step.ts";
export { type OpenAIModelsOptions, openAIModels } from "./agents/models/openai-models.step.ts";
export type {
  FunctionTool,
  ModelAttempt,
  ModelCall,
  ModelStepPart,
  Plugin,
  Run,
  RunEnding,
  RunHooks,
  ToolCall,
} from "./agents/plugin.ts";
export { currentDurableContext } from "./agents/run.ts";
export {
  type DurableToolOptions,
  durableTool,
  type NeedsApproval,
  type ToolErrorFunction,
  type ToolParameters,
} from "./agents/tools/durable-tool.ts";
export type { ClientTarget, DurableCall, DurableClient, KeyedDescriptor } from "./runtime/durable-client.ts";
export {
  DurableContext,
  DurableObjectContext,
  DurableObjectSharedContext,
} from "./runtime/durable-context.ts";
export type { DurableStep, FailedAttempt, RetryBounds, StepOptions } from "./runtime/durable-steps.ts";
