// The bed of the benchmark: a real Restate server that waits for the disk at each step, and this process as that of
// the services and of their caller, so that both sides of a comparison share everything but what is compared.

import { type Simulator, startSimulator } from "@holdfast/simulator";
import { startTestBed, type TestBed } from "@holdfast/testing";
import { type Context, service } from "@restatedev/restate-sdk";
import { chatService } from "../../services/chat/service.ts";
import { streamingServices, TokenWatch } from "./measures/first-token.ts";
import { ToolWatch } from "./measures/parallel-tools.ts";
import { runOnAgentsSdk, scriptedModels } from "./variants/agents-sdk.ts";
import { loadVariant } from "./variants/durable.ts";
import { FEATURES, type FeatureTask } from "./variants/features.ts";
import { runOnLibrary } from "./variants/library.ts";
import { journaled } from "./variants/step.ts";
import { MODEL_NAME, type Task } from "./variants/task.ts";
import { runOnVercelFanOut } from "./variants/vercel.ts";

export interface Bed extends TestBed {
  readonly simulator: Simulator;
  /** Sees the runs of `WatchedRuns`. */
  readonly watch: ToolWatch;
  /** Sees the runs of `Streams`. */
  readonly tokenWatch: TokenWatch;
}

// How many turns the chat service sends its model by default.
const LAST_TURNS = 20;

export async function startBed(): Promise<Bed> {
  const simulator = await startSimulator();
  const watch = new ToolWatch();
  const tokenWatch = new TokenWatch();
  try {
    const services = [
      await runs(),
      await watchedRuns(watch),
      await simulatedRuns(simulator.url),
      featureRuns(),
      ...streamingServices(tokenWatch),
      chat(),
    ];
    const bed = await startTestBed("default", { server: { fsync: true }, services: () => services });
    const stop = async () => {
      await bed.stop();
      await simulator.stop();
    };
    return { ...bed, simulator, watch, tokenWatch, stop };
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}

async function runs() {
  const { library, byHand, vercel } = await loadVariants();
  return service({
    name: "Runs",
    handlers: {
      library: library({}),
      byHand: byHand({}),
      vercel: vercel({}),
      unscheduled: (ctx: Context, task: Task) => runOnAgentsSdk(journaled(ctx), task),
      empty: async (_ctx: Context, _task: Task) => "done",
    },
  });
}

async function watchedRuns(observer: ToolWatch) {
  const { library, byHand, vercel } = await loadVariants();
  return service({
    name: "WatchedRuns",
    handlers: {
      library: library({ observer }),
      byHand: byHand({ observer }),
      vercel: vercel({ observer }),
      vercelFanOut: (ctx: Context, task: Task) => runOnVercelFanOut(ctx, task, observer),
    },
  });
}

async function simulatedRuns(simulatorUrl: string) {
  const { library, byHand, vercel } = await loadVariants();
  return service({
    name: "SimulatedRuns",
    handlers: {
      library: library({ simulatorUrl }),
      byHand: byHand({ simulatorUrl }),
      vercel: vercel({ simulatorUrl }),
    },
  });
}

function featureRuns() {
  const run = async (ctx: Context, { ingressUrl, feature, ...task }: FeatureTask) =>
    runOnLibrary(ctx, task, { feature: feature && FEATURES[feature](ingressUrl) });
  return service({ name: "Features", handlers: { run } });
}

async function loadVariants() {
  const [library, byHand, vercel] = await Promise.all([
    loadVariant("library"),
    loadVariant("byHand"),
    loadVariant("vercel"),
  ]);
  return { library, byHand, vercel };
}

function chat() {
  const modelProvider = scriptedModels({ turns: 0, modelMs: 0, toolsPerTurn: 1, toolMs: 0 });
  return chatService({ modelProvider, model: MODEL_NAME, maxRetryAttempts: 3 }, LAST_TURNS);
}
