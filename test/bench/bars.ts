// Names the bars: the most that each figure may be, or the least.

import type { Results } from "./results.ts";
import { FEATURE_NAMES, type FeatureName } from "./variants/features.ts";

const OVERHEAD = 1.2;
const FEATURE = 1.05;

const FEATURE_LABELS: Readonly<Record<FeatureName, string>> = {
  approvals: "approvals",
  budget: "a budget",
  progress: "progress to a listener",
  progressTopic: "progress to a topic",
};

export type Bar = {
  readonly label: string;
  readonly unit: "×" | "ms" | "MiB" | "calls";
  readonly value: number;
} & ({ readonly atMost: number } | { readonly atLeast: number });

/** All bars, with what was measured. */
export function barsOf(results: Results): Bar[] {
  return [
    ...Object.entries(results.overheadVsHandLoop).map(([turns, value]) =>
      ratio(`Overhead by that of a loop by hand, ${turns} turns, instant model`, OVERHEAD, value),
    ),
    ratio("Whole run by that of a loop by hand, 10 turns, 50 ms model", 1.05, results.runRatio50ms),
    { label: "Three 50 ms tools of one turn", atMost: 75, unit: "ms", value: results.parallelToolsMs },
    ratio("32 50 ms tools of one turn by the Agents SDK alone", 1.2, results.parallelTools32VsAgentsSdk),
    ...Object.entries(results.storedRatio).map(([turns, value]) =>
      ratio(`Bytes stored by those of a loop by hand, ${turns} turns`, 1.5, value),
    ),
    ...FEATURE_NAMES.flatMap((feature) => {
      const { instantModel, model50ms } = results.featureRatios[feature];
      const label = `Run with ${FEATURE_LABELS[feature]} by one without`;
      return [
        ratio(`${label}, 20 turns, instant model`, FEATURE, instantModel),
        ratio(`${label}, 10 turns, 50 ms model`, FEATURE, model50ms),
      ];
    }),
    ratio("Turn 300 of a chat by its turn 3", 1.5, results.sessionTurn300vs3),
    { label: "An idle agent's resident memory", atMost: 115, unit: "MiB", value: results.agentIdleMiB },
    { label: "An agent's start until registered", atMost: 1500, unit: "ms", value: results.agentReadyMs },
    {
      label: "Model calls repeated after a kill in the middle of 50 runs, by those in flight",
      atMost: results.crash.inFlight,
      unit: "calls",
      value: results.crash.repeated,
    },
    throughput("model over HTTP", results.telemetry.throughput.overHttp),
    throughput("instant model", results.telemetry.throughput.instantModel),
    { label: "Memory that telemetry takes", atMost: 45, unit: "MiB", value: results.telemetry.moreMiB },
  ];
}

/** The numbers of turns at which the overhead misses its bar, and would without anything of the library. */
export function floorsAboveBar({ raw }: Results): string[] {
  return Object.entries(raw.overhead)
    .filter(([, { ratio, floorRatio }]) => ratio > OVERHEAD && floorRatio > OVERHEAD)
    .map(([turns]) => turns);
}

export function isMet(bar: Bar): boolean {
  return "atMost" in bar ? bar.value <= bar.atMost : bar.value >= bar.atLeast;
}

function throughput(load: string, value: number): Bar {
  return {
    label: `Runs per second with telemetry by those without, ${load}`,
    atLeast: 0.95,
    unit: "×",
    value,
  };
}

function ratio(label: string, atMost: number, value: number): Bar {
  return { label, atMost, unit: "×", value };
}
