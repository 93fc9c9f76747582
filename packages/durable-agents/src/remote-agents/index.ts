// `@holdfast/durable-agents/remote-agents`: agents that are services of their own, as tools, or several for one answer.

export { type RaceResult, raceAgents } from "./race-agents.ts";
export { type RemoteAgentToolOptions, remoteAgentTool } from "./remote-agent-tool.ts";
