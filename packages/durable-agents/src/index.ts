export {
  AgentRunError,
  classifyModelError,
  type ModelErrorClass,
  rethrowRestateErrors,
} from "./errors.ts";
export { currentDurableContext } from "./handler/current-context.ts";
export type { DurableCall, DurableClient } from "./handler/durable-client.ts";
export {
  DurableContext,
  DurableObjectContext,
  DurableObjectSharedContext,
  type DurableStep,
} from "./handler/durable-context.ts";
export { DurableModelCalls, type DurableModelCallsOptions } from "./handler/durable-model-calls.ts";
export { DurableRunner, type DurableRunnerOptions } from "./handler/durable-runner.ts";
export { type DurableToolOptions, durableTool, type ToolParameters } from "./handler/durable-tool.ts";
export { remoteAgentTool } from "./handler/remote-agent-tool.ts";
export { RestateSession, type RestateSessionOptions } from "./handler/restate-session.ts";
export { readSession } from "./handler/session-history.ts";
export { type OpenAIModelsOptions, openAIModels } from "./journaled/openai-models.ts";
