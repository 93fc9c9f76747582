// What the benchmark found, as results.json keeps it: the figures that have bars on top, what they were made of below.

import type { AgentProcess } from "./measures/agent-process.ts";
import type { ChatSession } from "./measures/chat-session.ts";
import type { Overhead } from "./measures/overhead.ts";
import type { ParallelTools } from "./measures/parallel-tools.ts";
import type { SlowModel } from "./measures/slow-model.ts";
import type { Stored } from "./measures/stored.ts";
import type { RunSettings } from "./settings.ts";

/** By the number of turns. */
type ByTurns<T> = Readonly<Record<string, T>>;

/** Everything that was measured. */
export interface Measurements {
  readonly overhead: ByTurns<Overhead>;
  readonly slowModel: SlowModel;
  readonly parallelTools: ParallelTools;
  readonly stored: ByTurns<Stored>;
  readonly chatSession: ChatSession;
  readonly agentProcess: AgentProcess;
}

export interface Results {
  readonly overheadVsHandLoop: ByTurns<number>;
  readonly runRatio50ms: number;
  readonly parallelToolsMs: number;
  readonly storedRatio: ByTurns<number>;
  readonly sessionTurn300vs3: number;
  readonly agentIdleMiB: number;
  readonly agentReadyMs: number;
  readonly raw: Measurements;
  readonly node: string;
  readonly date: string;
  readonly seed: number;
  readonly quick: boolean;
  readonly rounds: RunSettings["rounds"];
}

export function toResults(raw: Measurements, { seed, quick, rounds }: RunSettings): Results {
  return {
    overheadVsHandLoop: mapValues(raw.overhead, ({ ratio }) => ratio),
    runRatio50ms: raw.slowModel.ratio,
    parallelToolsMs: raw.parallelTools.ms,
    storedRatio: mapValues(raw.stored, ({ ratio }) => ratio),
    sessionTurn300vs3: raw.chatSession.ratio,
    agentIdleMiB: raw.agentProcess.idleMiB,
    agentReadyMs: raw.agentProcess.readyMs,
    raw,
    node: process.version,
    date: new Date().toISOString(),
    seed,
    quick,
    rounds,
  };
}

function mapValues<T, U>(values: ByTurns<T>, of: (value: T) => U): ByTurns<U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, of(value)]));
}
