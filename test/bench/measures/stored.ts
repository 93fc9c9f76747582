// What Restate stores of a run: the bytes of its journal, as Restate's own table gives them. They are the same in every
// run, so one is enough.

import type { Simulator } from "@holdfast/simulator";
import { journalSize, type StoredSize, type TestBed } from "@holdfast/testing";
import { rounded } from "../stats.ts";
import { scriptOf } from "../variants/simulated-model.ts";
import type { Task } from "../variants/task.ts";

export interface Stored {
  /** library ÷ loop by hand, in bytes. */
  readonly ratio: number;
  readonly library: StoredSize;
  readonly byHand: StoredSize;
}

/** @param simulator the model of the bed's runs over HTTP */
export async function stored(bed: TestBed, simulator: Simulator, turns: number): Promise<Stored> {
  const task: Task = { turns, modelMs: 0, toolsPerTurn: 1, toolMs: 0 };
  simulator.script(scriptOf(task));
  const sizeOf = async (handler: string): Promise<StoredSize> => {
    const id = await bed.send("SimulatedRuns", handler, task);
    await bed.attach(id);
    return journalSize(bed.server, id);
  };
  const library = await sizeOf("library");
  const byHand = await sizeOf("byHand");
  return { ratio: rounded(library.bytes / byHand.bytes), library, byHand };
}
