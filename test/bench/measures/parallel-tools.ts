// Measures how far the tool calls of one turn run side by side: tools of 50 ms, each one journaled step.
//
// The time goes from the start of the first tool's work to the model's last call, which needs all results. So it holds
// the tools' own 50 ms, the journaling of their results, and what the SDK does until it asks the model again; for the
// Vercel AI SDK, whose model must be asked for one tool at a time, also the model calls and the tools in between.

import type { TestBed } from "@holdfast/testing";
import { interleave, type RoundsOptions } from "../rounds.ts";
import { medians } from "../stats.ts";
import { runOnAgentsSdk } from "../variants/agents-sdk.ts";
import type { Observer } from "../variants/observer.ts";
import { withoutRestate } from "../variants/step.ts";
import type { Task } from "../variants/task.ts";

/** Sees one run at a time. */
export class ToolWatch implements Observer {
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
  /** In milliseconds. `vercelFanOut` has one tool for all of the calls. */
  readonly medians: Readonly<Record<"library" | "agentsSdk" | "byHand" | "vercel" | "vercelFanOut", number>>;
  readonly rounds: number;
}

/** @param tools how many the model calls in its one turn */
export async function parallelTools(
  bed: TestBed,
  watch: ToolWatch,
  tools: number,
  rounds: RoundsOptions,
): Promise<ParallelTools> {
  const task: Task = { turns: 1, modelMs: 0, toolsPerTurn: tools, toolMs: 50 };
  const watched = (handler: string) => () => watch.time(() => bed.call("WatchedRuns", handler, task));
  const samples = await interleave(
    {
      library: watched("library"),
      agentsSdk: () => watch.time(() => runOnAgentsSdk(withoutRestate, task, watch)),
      byHand: watched("byHand"),
      vercel: watched("vercel"),
      vercelFanOut: watched("vercelFanOut"),
    },
    rounds,
  );
  return { medians: medians(samples), rounds: rounds.rounds };
}
