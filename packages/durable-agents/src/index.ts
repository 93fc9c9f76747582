export {
  AgentRunError,
  classifyModelError,
  type ModelErrorClass,
  rethrowRestateErrors,
} from "./errors.ts";
export { currentDurableContext } from "./handler/context/current-run.ts";
export type { DurableCall, DurableClient } from "./handler/context/durable-client.ts";
export {
  DurableContext,
  DurableObjectContext,
  DurableObjectSharedContext,
  type DurableStep,
} from "./handler/context/durable-context.ts";
export { DurableModelCalls, type DurableModelCallsOptions } from "./handler/run/durable-model-calls.ts";
export { DurableRunner, type DurableRunnerOptions } from "./handler/run/durable-runner.ts";
export { RestateSession, type RestateSessionOptions } from "./handler/session/restate-session.ts";
export { readSession } from "./handler/session/session-history.ts";
export { type DurableToolOptions, durableTool, type ToolParameters } from "./handler/tools/durable-tool.ts";
export { remoteAgentTool } from "./handler/tools/remote-agent-tool.ts";
export { type OpenAIModelsOptions, openAIModels } from "./journaled/openai-models.ts";
