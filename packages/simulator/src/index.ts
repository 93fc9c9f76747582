/** An OpenAI-compatible model server that answers by rules: for tests, demos and offline use. */
export type { CallPredicate } from "./calls/arrivals.ts";
export type { Fault, FaultHandle } from "./calls/faults.ts";
export type { CallRecord, Stats } from "./calls/ledger.ts";
export { agentId } from "./ids.ts";
export type { SchemaLike, SchemaNode } from "./schema/schema-node.ts";
export type { Script } from "./server/simulator-core.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
export type {
  Api,
  ConversationItem,
  Reply,
  ReplyToolCall,
  SimulatedRequest,
  SimulatedTool,
  ToolChoice,
  Usage,
} from "./wire/simulated-request.ts";
