// Measures the cost of a feature that is switched on: the same run with it and without, on a model that answers at once and on
// one that takes its time.
//
// A ratio is the median of the rounds' own ratios, since a few percent are at stake. `control` is the run without any
// feature a second time: how far it is from 1 is what the machine adds by itself.

import type { TestBed } from "@holdfast/testing";
import { interleave, type RoundsOptions, timed } from "../rounds.ts";
import { median, medians, rounded } from "../stats.ts";
import { FEATURE_NAMES, type FeatureName, type FeatureTask } from "../variants/features.ts";
import type { Task } from "../variants/task.ts";

const TASKS = {
  instantModel: { turns: 20, modelMs: 0, toolsPerTurn: 1, toolMs: 0, talks: true },
  model50ms: { turns: 10, modelMs: 50, toolsPerTurn: 1, toolMs: 0, talks: true },
} satisfies Record<string, Task>;

export type ModelName = keyof typeof TASKS;

export interface Features {
  /** run with the feature ÷ run without any */
  readonly ratios: Readonly<Record<FeatureName | "control", number>>;
  /** In milliseconds. */
  readonly medians: Readonly<Record<FeatureName | "control" | "without", number>>;
  readonly turns: number;
  readonly rounds: number;
}

export async function features(bed: TestBed, model: ModelName, rounds: RoundsOptions): Promise<Features> {
  const task = TASKS[model];
  const { ingressUrl } = bed.server;
  const names = [...FEATURE_NAMES, "control" as const];
  const run = (feature?: FeatureName) => () =>
    timed(() => bed.call("Features", "run", { ...task, ingressUrl, feature } satisfies FeatureTask));
  const samples = await interleave(
    {
      ...recordOf(names, (name) => run(name === "control" ? undefined : name)),
      without: run(),
    },
    rounds,
  );
  return {
    ratios: recordOf(names, (name) =>
      rounded(median(samples[name].map((ms, round) => ms / (samples.without[round] ?? Number.NaN)))),
    ),
    medians: medians(samples),
    turns: task.turns,
    rounds: rounds.rounds,
  };
}

function recordOf<N extends string, T>(names: readonly N[], of: (name: N) => T): Record<N, T> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<N, T>;
}
