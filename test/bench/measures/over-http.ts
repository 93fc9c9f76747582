// Measures a whole run as its users have it: each variant on its own client of OpenAI's API, its model behind HTTP, and journaled
// what that client gives. The models in this process, that the other measures use, leave both out.

import type { Simulator } from "@holdfast/simulator";
import type { TestBed } from "@holdfast/testing";
import { interleave, type RoundsOptions, timed } from "../rounds.ts";
import { medians } from "../stats.ts";
import { byVariant, type DurableName } from "../variants/durable.ts";
import { scriptOf } from "../variants/simulated/script.ts";
import type { Task } from "../variants/task.ts";

const TASK: Task = { turns: 20, modelMs: 0, toolsPerTurn: 1, toolMs: 0 };

export interface OverHttp {
  /** In milliseconds. */
  readonly medians: Readonly<Record<DurableName, number>>;
  readonly turns: number;
  readonly rounds: number;
}

/** @param simulator the model of the bed's runs over HTTP */
export async function overHttp(bed: TestBed, simulator: Simulator, rounds: RoundsOptions): Promise<OverHttp> {
  simulator.reset();
  simulator.script(scriptOf(TASK));
  const run = (variant: DurableName) => () => timed(() => bed.call("SimulatedRuns", variant, TASK));
  const samples = await interleave(byVariant(run), rounds);
  return { medians: medians(samples), turns: TASK.turns, rounds: rounds.rounds };
}
