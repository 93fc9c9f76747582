// Measures the cost of telemetry: the same runs on an agent without it and on one that emits everything, many at once, so
// that the agent's process has all it can do.
//
// The two take turns. The last spans are sent a fraction of a second after the round, so each round is followed by a
// pause: the other one's round has none of it, and the processor time of a run has all of it.

import { setTimeout } from "node:timers/promises";
import type { Simulator } from "@holdfast/simulator";
import { type ProcessBed, untilDone } from "../process-bed.ts";
import { processorMs, settledMemory } from "../process-usage.ts";
import { interleave, type RoundsOptions, timed } from "../rounds.ts";
import { median, rounded } from "../stats.ts";
import type { TelemetryBeds } from "../telemetry/beds.ts";
import { scriptOf } from "../variants/simulated/script.ts";
import type { Task } from "../variants/task.ts";

/** Four model calls and three tools. */
const TASK: Task = { turns: 3, modelMs: 0, toolsPerTurn: 1, toolMs: 0 };
const MODEL_MS = 50;
const RUNS = 256;

/**
 * An agent as its users have it, whose model takes 50 ms behind HTTP; and the worst case, one that has nothing to do beside its
 * telemetry. A model that takes its time leaves the process idle unless it has more runs at once.
 */
const LOADS = {
  overHttp: { handler: "overHttp", atOnce: 64 },
  instantModel: { handler: "run", atOnce: 32 },
} as const;

type LoadName = keyof typeof LOADS;

/** An agent, four model calls, three tools, and the spans of Restate's hook for the attempt. */
const SPANS_OF_RUN = 9;
const SEND_MS = 500;
// Before memory is measured: enough for all code to have run, and one after another, since how far a heap grows under load
// is chance.
const FEW_RUNS = 100;

type Side = "off" | "on";

interface Round {
  readonly runsPerSecond: number;
  /** Processor time of one run, in milliseconds. */
  readonly agentCpuMs: number;
  readonly serverCpuMs: number;
}

export interface TelemetryLoad {
  /** Runs per second with telemetry ÷ without, of each pair of rounds. */
  readonly ratio: { readonly min: number; readonly median: number; readonly max: number };
  /** Medians of the rounds. */
  readonly medians: Readonly<Record<Side, Round>>;
  readonly runs: number;
  readonly atOnce: number;
}

export interface TelemetryCost {
  readonly load: Readonly<Record<LoadName, TelemetryLoad>>;
  /** Resident memory in MiB once it has settled: after the start, and after some runs, one after another. */
  readonly idleMiB: Readonly<Record<Side, number>>;
  readonly usedMiB: Readonly<Record<Side, number>>;
  readonly rounds: number;
}

/** @param simulator the model of the beds' runs over HTTP */
export async function telemetry(
  beds: TelemetryBeds,
  simulator: Simulator,
  rounds: RoundsOptions,
): Promise<TelemetryCost> {
  simulator.reset();
  simulator.script(scriptOf(TASK));
  simulator.setLatency(0);
  const idleMiB = await memory(beds);
  for (const side of ["off", "on"] as const) {
    await untilDone(beds[side], runAll(beds[side], "overHttp", FEW_RUNS, 1));
  }
  const usedMiB = await memory(beds);
  await beds.spans();
  simulator.setLatency(MODEL_MS);
  const load = {
    overHttp: await loadOf(beds, "overHttp", rounds),
    instantModel: await loadOf(beds, "instantModel", rounds),
  };
  return { load, idleMiB, usedMiB, rounds: rounds.rounds };
}

async function loadOf(beds: TelemetryBeds, name: LoadName, rounds: RoundsOptions): Promise<TelemetryLoad> {
  const { off, on } = await interleave<Side, Round>(
    { off: () => oneRound(beds, "off", name), on: () => oneRound(beds, "on", name) },
    rounds,
  );
  const ratios = on.map(
    ({ runsPerSecond }, round) => runsPerSecond / (off[round]?.runsPerSecond ?? Number.NaN),
  );
  return {
    ratio: {
      min: rounded(Math.min(...ratios)),
      median: rounded(median(ratios)),
      max: rounded(Math.max(...ratios)),
    },
    medians: { off: mediansOf(off), on: mediansOf(on) },
    runs: RUNS,
    atOnce: LOADS[name].atOnce,
  };
}

async function oneRound(beds: TelemetryBeds, side: Side, name: LoadName): Promise<Round> {
  const bed = beds[side];
  const { agent, server } = bed;
  const [agentBefore, serverBefore] = [await processorMs(agent.pid), await processorMs(server.pid)];
  const ms = await timed(() => untilDone(bed, runAll(bed, LOADS[name].handler, RUNS, LOADS[name].atOnce)));
  await setTimeout(SEND_MS);
  const round = {
    runsPerSecond: (RUNS * 1000) / ms,
    agentCpuMs: ((await processorMs(agent.pid)) - agentBefore) / RUNS,
    serverCpuMs: ((await processorMs(server.pid)) - serverBefore) / RUNS,
  };
  // Spans that were dropped would cost nothing.
  const { ofAgent } = await beds.spans();
  const expected = side === "on" ? RUNS * SPANS_OF_RUN : 0;
  if (ofAgent !== expected) {
    throw new Error(`${RUNS} runs with telemetry ${side} emitted ${ofAgent} spans, and not ${expected}`);
  }
  return round;
}

/** Some runs at once, the next one whenever one is done. */
async function runAll(bed: ProcessBed, handler: string, runs: number, atOnce: number): Promise<void> {
  let left = runs;
  const oneAfterAnother = async () => {
    while (left-- > 0) await bed.call("Runs", handler, TASK);
  };
  await Promise.all(Array.from({ length: atOnce }, oneAfterAnother));
}

function mediansOf(samples: readonly Round[]): Round {
  const of = (figure: keyof Round) => rounded(median(samples.map((sample) => sample[figure])), 2);
  return {
    runsPerSecond: of("runsPerSecond"),
    agentCpuMs: of("agentCpuMs"),
    serverCpuMs: of("serverCpuMs"),
  };
}

async function memory({ off, on }: TelemetryBeds): Promise<Record<Side, number>> {
  const [without, using] = await Promise.all([settledMemory(off.agent.pid), settledMemory(on.agent.pid)]);
  return { off: rounded(without, 1), on: rounded(using, 1) };
}
