/** An OpenAI-compatible model server for tests, demos and offline use. */
export type { Fault } from "./calls/faults.ts";
export type { Stats } from "./calls/ledger.ts";
export { agentId } from "./ids.ts";
export type { Script } from "./server/simulator-core.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
export type { Conversation, StandIn } from "./stand-in.ts";
export type { Reply, SimulatedRequest } from "./wire/simulated-request.ts";
