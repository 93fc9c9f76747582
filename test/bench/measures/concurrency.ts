// Measures many runs at once: runs per second, processor time per run in the agent's process and in Restate's, and the
// memory of both after them. Each variant has a process and a server of its own.
//
// All share the machine's processors, the caller included: runs per second are those of a small machine.

import { type ProcessBed, type ProcessBeds, untilDone } from "../process-bed.ts";
import { processorMs, residentMiB } from "../process-usage.ts";
import { interleave, type RoundsOptions, timed } from "../rounds.ts";
import { median, rounded } from "../stats.ts";
import { byVariant, type DurableName } from "../variants/durable.ts";
import type { Task } from "../variants/task.ts";

const RUNS = 32;

/** Four model calls and three tools. */
const TASKS = {
  instantModel: { turns: 3, modelMs: 0, toolsPerTurn: 1, toolMs: 0 },
  model50ms: { turns: 3, modelMs: 50, toolsPerTurn: 1, toolMs: 0 },
} satisfies Record<string, Task>;

type TaskName = keyof typeof TASKS;

/** Medians of the rounds. */
export interface Load {
  readonly runsPerSecond: number;
  /** Processor time of one run, in milliseconds. */
  readonly agentCpuMs: number;
  readonly serverCpuMs: number;
  /** Resident memory right after a round. */
  readonly agentMiB: number;
  readonly serverMiB: number;
}

export interface Concurrency {
  readonly runs: number;
  readonly rounds: number;
  readonly load: Readonly<Record<TaskName, Readonly<Record<DurableName, Load>>>>;
}

export async function concurrency(beds: ProcessBeds, rounds: RoundsOptions): Promise<Concurrency> {
  const load = {
    instantModel: await loadOf(beds, TASKS.instantModel, rounds),
    model50ms: await loadOf(beds, TASKS.model50ms, rounds),
  };
  return { runs: RUNS, rounds: rounds.rounds, load };
}

async function loadOf(
  beds: ProcessBeds,
  task: Task,
  rounds: RoundsOptions,
): Promise<Record<DurableName, Load>> {
  const { library, byHand, vercel } = beds;
  const samples = await interleave<DurableName, Load>(
    {
      library: () => oneRound(library, task),
      byHand: () => oneRound(byHand, task),
      vercel: () => oneRound(vercel, task),
    },
    rounds,
  );
  return byVariant((name) => mediansOf(samples[name]));
}

async function oneRound(bed: ProcessBed, task: Task): Promise<Load> {
  const { server, agent } = bed;
  const [agentBefore, serverBefore] = [await processorMs(agent.pid), await processorMs(server.pid)];
  const ms = await timed(() =>
    untilDone(bed, Promise.all(Array.from({ length: RUNS }, () => bed.call("Runs", "run", task)))),
  );
  return {
    runsPerSecond: (RUNS * 1000) / ms,
    agentCpuMs: ((await processorMs(agent.pid)) - agentBefore) / RUNS,
    serverCpuMs: ((await processorMs(server.pid)) - serverBefore) / RUNS,
    agentMiB: await residentMiB(agent.pid),
    serverMiB: await residentMiB(server.pid),
  };
}

function mediansOf(samples: readonly Load[]): Load {
  const of = (figure: keyof Load) => rounded(median(samples.map((sample) => sample[figure])), 1);
  return {
    runsPerSecond: of("runsPerSecond"),
    agentCpuMs: of("agentCpuMs"),
    serverCpuMs: of("serverCpuMs"),
    agentMiB: of("agentMiB"),
    serverMiB: of("serverMiB"),
  };
}
