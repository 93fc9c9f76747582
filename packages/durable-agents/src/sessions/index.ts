// `@holdfast/durable-agents/sessions`: conversations in a Virtual Object's state.

export { type HistoryPolicy, keepLastTurns } from "./history/history-policy.ts";
export { type SummariseOptions, summarise } from "./history/summarise.ts";
export { RestateSession, type RestateSessionOptions } from "./restate-session.ts";
export { runTurn } from "./run-turn.ts";
export { readSession } from "./session-store.ts";
export { type IfBusy, submitTurn } from "./submit-turn.ts";
