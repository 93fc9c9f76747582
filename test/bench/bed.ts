// What the benchmark runs on: a real Restate server that waits for the disk at each step, and this process as the
// services' one and as their caller, so that both sides of a comparison share everything but what is compared.

import { startTestBed, type TestBed } from "@holdfast/testing";
import { type Context, service } from "@restatedev/restate-sdk";
import { runByHand } from "./variants/hand-loop.ts";
import { runOnLibrary } from "./variants/library.ts";
import type { Task } from "./variants/task.ts";

const runs = service({
  name: "Runs",
  handlers: {
    library: (ctx: Context, task: Task) => runOnLibrary(ctx, task),
    byHand: (ctx: Context, task: Task) => runByHand((name, action) => ctx.run(name, action), task),
    empty: async (_ctx: Context, _task: Task) => "done",
  },
});

export function startBed(): Promise<TestBed> {
  return startTestBed("default", { server: { fsync: true }, services: () => [runs] });
}
