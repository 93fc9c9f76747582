// The bars: the most that each figure may be.

import type { Results } from "./results.ts";

const OVERHEAD = 1.2;

export interface Bar {
  readonly label: string;
  readonly atMost: number;
  readonly unit: "" | "ms" | "MiB";
  readonly value: number;
}

/** All bars, with what was measured. */
export function barsOf(results: Results): Bar[] {
  return [
    ...Object.entries(results.overheadVsHandLoop).map(([turns, value]) =>
      ratio(`Overhead by that of a loop by hand, ${turns} turns, instant model`, OVERHEAD, value),
    ),
    ratio("Whole run by that of a loop by hand, 10 turns, 50 ms model", 1.05, results.runRatio50ms),
    { label: "Three 50 ms tools of one turn", atMost: 75, unit: "ms", value: results.parallelToolsMs },
    ...Object.entries(results.storedRatio).map(([turns, value]) =>
      ratio(`Bytes stored by those of a loop by hand, ${turns} turns`, 1.5, value),
    ),
    ratio("Turn 300 of a chat by its turn 3", 1.5, results.sessionTurn300vs3),
    { label: "An idle agent's resident memory", atMost: 120, unit: "MiB", value: results.agentIdleMiB },
    { label: "An agent's start until registered", atMost: 1500, unit: "ms", value: results.agentReadyMs },
  ];
}

/** The numbers of turns at which the overhead misses its bar, and would without anything of the library. */
export function floorsAboveBar({ raw }: Results): string[] {
  return Object.entries(raw.overhead)
    .filter(([, { ratio, floorRatio }]) => ratio > OVERHEAD && floorRatio > OVERHEAD)
    .map(([turns]) => turns);
}

export function isMet({ value, atMost }: Bar): boolean {
  return value <= atMost;
}

function ratio(label: string, atMost: number, value: number): Bar {
  return { label, atMost, unit: "", value };
}
