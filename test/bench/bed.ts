// What the benchmark runs on: a real Restate server that waits for the disk at each step, and this process as that of
// the services and of their caller, so that both sides of a comparison share everything but what is compared.

import { type Simulator, startSimulator } from "@holdfast/simulator";
import { startTestBed, type TestBed } from "@holdfast/testing";
import { type Context, service } from "@restatedev/restate-sdk";
import { chatService } from "../../services/chat/service.ts";
import { ToolWatch } from "./measures/parallel-tools.ts";
import { MODEL_NAME, runOnAgentsSdk, scriptedModels } from "./variants/agents-sdk.ts";
import { runByHand } from "./variants/hand-loop.ts";
import { runOnLibrary } from "./variants/library.ts";
import { simulatedChat, simulatedModels } from "./variants/simulated-model.ts";
import { journaled } from "./variants/step.ts";
import type { Task } from "./variants/task.ts";

export interface Bed extends TestBed {
  readonly simulator: Simulator;
  /** Sees the runs of `Runs/watched`. */
  readonly watch: ToolWatch;
}

// How many turns the chat service sends its model by default.
const LAST_TURNS = 20;

export async function startBed(): Promise<Bed> {
  const simulator = await startSimulator();
  const watch = new ToolWatch();
  try {
    const bed = await startTestBed("default", {
      server: { fsync: true },
      services: () => [runs(watch), simulatedRuns(simulator), chat()],
    });
    const stop = async () => {
      await bed.stop();
      await simulator.stop();
    };
    return { ...bed, simulator, watch, stop };
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}

function runs(watch: ToolWatch) {
  return service({
    name: "Runs",
    handlers: {
      library: (ctx: Context, task: Task) => runOnLibrary(ctx, task),
      watched: (ctx: Context, task: Task) => runOnLibrary(ctx, task, { observer: watch }),
      byHand: (ctx: Context, task: Task) => runByHand(journaled(ctx), task),
      unscheduled: (ctx: Context, task: Task) => runOnAgentsSdk(journaled(ctx), task),
      empty: async (_ctx: Context, _task: Task) => "done",
    },
  });
}

function simulatedRuns(simulator: Simulator) {
  const modelProvider = simulatedModels(simulator);
  const chatModel = simulatedChat(simulator);
  return service({
    name: "SimulatedRuns",
    handlers: {
      library: (ctx: Context, task: Task) => runOnLibrary(ctx, task, { modelProvider }),
      byHand: (ctx: Context, task: Task) => runByHand(journaled(ctx), task, chatModel),
    },
  });
}

function chat() {
  const modelProvider = scriptedModels({ turns: 0, modelMs: 0, toolsPerTurn: 1, toolMs: 0 });
  return chatService({ modelProvider, model: MODEL_NAME, maxRetryAttempts: 3 }, LAST_TURNS);
}
