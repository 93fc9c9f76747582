// Measures a whole run on a model that takes its time, beside the loop by hand: all that a user notices of the library.

import type { TestBed } from "@holdfast/testing";
import { interleave, type RoundsOptions, timed } from "../rounds.ts";
import { median, medians, rounded } from "../stats.ts";
import { byVariant, type DurableName } from "../variants/durable.ts";
import type { Task } from "../variants/task.ts";

const TURNS = 10;
const MODEL_MS = 50;

export interface SlowModel {
  /** library ÷ loop by hand, each the median of whole runs as the caller sees them. */
  readonly ratio: number;
  /** The same of the Vercel AI SDK on Restate's middleware. */
  readonly vercelRatio: number;
  readonly turns: number;
  /** In milliseconds. */
  readonly medians: Readonly<Record<DurableName, number>>;
  readonly rounds: number;
}

export async function slowModel(bed: TestBed, rounds: RoundsOptions): Promise<SlowModel> {
  const task: Task = { turns: TURNS, modelMs: MODEL_MS, toolsPerTurn: 1, toolMs: 0 };
  const run = (variant: DurableName) => () => timed(() => bed.call("Runs", variant, task));
  const samples = await interleave(byVariant(run), rounds);
  const byHand = median(samples.byHand);
  return {
    ratio: rounded(median(samples.library) / byHand),
    vercelRatio: rounded(median(samples.vercel) / byHand),
    turns: TURNS,
    medians: medians(samples),
    rounds: rounds.rounds,
  };
}
