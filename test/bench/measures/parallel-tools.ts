// Whether the tool calls of one turn really run side by side: three tools of 50 ms, each one journaled step.
//
// The time goes from the start of the first tool's work to the model's next call, which needs all three results. So it
// holds the tools' own 50 ms, the journaling of their results, and what the SDK does until it asks the model again.

import type { TestBed } from "@holdfast/testing";
import { interleave, type RoundsOptions } from "../rounds.ts";
import { median, rounded } from "../stats.ts";
import type { Task } from "../variants/task.ts";

const TASK: Task = { turns: 1, modelMs: 0, toolsPerTurn: 3, toolMs: 50 };

/** Sees the library's runs of the bed, one at a time. */
export class ToolWatch {
  #firstTool = Number.NaN;
  #lastModelCall = Number.NaN;

  readonly modelCalled = (): void => {
    this.#lastModelCall = performance.now();
  };

  readonly toolStarted = (): void => {
    if (Number.isNaN(this.#firstTool)) this.#firstTool = performance.now();
  };

  /** From the first tool's start to the last call of the model. @throws Error when the run had none of either */
  async time(run: () => Promise<unknown>): Promise<number> {
    this.#firstTool = Number.NaN;
    this.#lastModelCall = Number.NaN;
    await run();
    const time = this.#lastModelCall - this.#firstTool;
    if (!(time > 0)) throw new Error("the run called no tool, or no model after it");
    return time;
  }
}

export interface ParallelTools {
  /** The median. */
  readonly ms: number;
  readonly rounds: number;
}

export async function parallelTools(
  bed: TestBed,
  watch: ToolWatch,
  rounds: RoundsOptions,
): Promise<ParallelTools> {
  const samples = await interleave(
    { library: () => watch.time(() => bed.call("Runs", "watched", TASK)) },
    rounds,
  );
  return { ms: rounded(median(samples.library), 1), rounds: rounds.rounds };
}
