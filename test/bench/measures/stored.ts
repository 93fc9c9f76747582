// Measures what Restate stores of a run: the bytes of its journal, as Restate's own table gives them. They are the same in every
// run, so one is enough.
//
// The Vercel middleware stores whatever the model's provider returns, and OpenAI's returns the request beside the reply.

import type { Simulator } from "@holdfast/simulator";
import { journalSize, type StoredSize, type TestBed } from "@holdfast/testing";
import { rounded } from "../stats.ts";
import type { DurableName } from "../variants/durable.ts";
import { scriptOf } from "../variants/simulated/script.ts";
import type { Task } from "../variants/task.ts";

export interface Stored {
  /** library ÷ loop by hand, in bytes. */
  readonly ratio: number;
  /** Vercel AI SDK on Restate's middleware ÷ loop by hand, in bytes. */
  readonly vercelRatio: number;
  readonly library: StoredSize;
  readonly byHand: StoredSize;
  readonly vercel: StoredSize;
}

/** @param simulator the model of the bed's runs over HTTP */
export async function stored(bed: TestBed, simulator: Simulator, turns: number): Promise<Stored> {
  const task: Task = { turns, modelMs: 0, toolsPerTurn: 1, toolMs: 0 };
  simulator.reset();
  simulator.script(scriptOf(task));
  const sizeOf = async (handler: DurableName): Promise<StoredSize> => {
    const id = await bed.send("SimulatedRuns", handler, task);
    await bed.attach(id);
    return journalSize(bed.server, id);
  };
  const library = await sizeOf("library");
  const byHand = await sizeOf("byHand");
  const vercel = await sizeOf("vercel");
  return {
    ratio: rounded(library.bytes / byHand.bytes),
    vercelRatio: rounded(vercel.bytes / byHand.bytes),
    library,
    byHand,
    vercel,
  };
}
