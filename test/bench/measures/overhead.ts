// Measures the cost of durability: this library against the plain Agents SDK, by the measure of a loop by hand on Restate
// against the same loop without it.
//
// Each time is what the caller sees, from the request to the ingress until its answer, for both durable variants; the
// two others are called directly. So the call through the ingress itself is part of both differences; what it costs
// alone is measured beside them, as `empty`, and taken off both for `ratioWithoutIngress`.
//
// The library cannot get below `floor`: the SDK's Runner with its steps straight on Restate's context. That is more
// than the two costs added up, since the SDK's code, and Restate's server, run slower each time they were not the last
// to use the processor. The library's own part is what `ratio` has above `floorRatio`.
//
// Beside them the Vercel AI SDK, alone and on Restate's middleware: `vercelRatio` is to it what `ratio` is to the library.

import type { TestBed } from "@holdfast/testing";
import { interleave, type RoundsOptions, timed } from "../rounds.ts";
import { median, medianDifference, medians, rounded } from "../stats.ts";
import { runOnAgentsSdk } from "../variants/agents-sdk.ts";
import { runByHand } from "../variants/hand-loop.ts";
import { withoutRestate } from "../variants/step.ts";
import type { Task } from "../variants/task.ts";
import { runOnVercel } from "../variants/vercel.ts";

export interface Overhead {
  /** (library − Agents SDK) ÷ (loop on Restate − loop without), each the median of the rounds' differences. */
  readonly ratio: number;
  /** The same after the time of an empty call is taken off both. */
  readonly ratioWithoutIngress: number;
  /** The same as `ratio`, with the floor in the library's place. */
  readonly floorRatio: number;
  /** (Vercel AI SDK on Restate − alone) ÷ the same difference of the loop. */
  readonly vercelRatio: number;
  /** In milliseconds. */
  readonly medians: Readonly<
    Record<"library" | "floor" | "agentsSdk" | "byHand" | "loop" | "vercel" | "vercelAlone" | "empty", number>
  >;
  readonly rounds: number;
}

/** @param turns how many turns with one tool call each, on a model that answers at once */
export async function overhead(bed: TestBed, turns: number, rounds: RoundsOptions): Promise<Overhead> {
  const task: Task = { turns, modelMs: 0, toolsPerTurn: 1, toolMs: 0 };
  const samples = await interleave(
    {
      library: () => timed(() => bed.call("Runs", "library", task)),
      floor: () => timed(() => bed.call("Runs", "unscheduled", task)),
      agentsSdk: () => timed(() => runOnAgentsSdk(withoutRestate, task)),
      byHand: () => timed(() => bed.call("Runs", "byHand", task)),
      loop: () => timed(() => runByHand(withoutRestate, task)),
      vercel: () => timed(() => bed.call("Runs", "vercel", task)),
      vercelAlone: () => timed(() => runOnVercel(undefined, task)),
      empty: () => timed(() => bed.call("Runs", "empty", task)),
    },
    rounds,
  );
  const library = medianDifference(samples.library, samples.agentsSdk);
  const byHand = medianDifference(samples.byHand, samples.loop);
  const ingress = median(samples.empty);
  return {
    ratio: rounded(library / byHand),
    floorRatio: rounded(medianDifference(samples.floor, samples.agentsSdk) / byHand),
    vercelRatio: rounded(medianDifference(samples.vercel, samples.vercelAlone) / byHand),
    ratioWithoutIngress: rounded((library - ingress) / (byHand - ingress)),
    medians: medians(samples),
    rounds: rounds.rounds,
  };
}
