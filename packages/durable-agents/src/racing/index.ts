// `@holdfast/durable-agents/racing`: takes the first answer of several remote agents.

export { type RaceResult, raceAgents } from "./race-agents.ts";
