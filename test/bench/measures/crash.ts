// Measures a crash in the middle of many runs: the agent's process is killed once half of the model calls have been made, and
// started again. What was journaled is not asked again; only what was under way at the kill may be.
//
// A run has a model call in flight when the model's server has had more requests of it than Restate's journal has
// replies. The first is counted by the simulator, the second in Restate's table while no process runs that could add to
// it. A run makes one model call at a time, so it has at most one in flight.

import { setTimeout } from "node:timers/promises";
import type { Simulator } from "@holdfast/simulator";
import type { RestateServer } from "@holdfast/testing";
import { z } from "zod";
import { type ProcessBed, type ProcessBeds, untilDone } from "../process-bed.ts";
import { interleave, type RoundsOptions, timed } from "../rounds.ts";
import { median, rounded } from "../stats.ts";
import { byVariant, type DurableName } from "../variants/durable.ts";
import { scriptOf } from "../variants/simulated/script.ts";
import type { Task } from "../variants/task.ts";

const RUNS = 50;
const TASK: Task = { turns: 3, modelMs: 0, toolsPerTurn: 1, toolMs: 0 };
const MODEL_CALLS = RUNS * (TASK.turns + 1);
const MODEL_MS = 100;
const SETTLE_MS = 50;

/** Of one variant. Times are the medians of the rounds, in milliseconds; calls are those of all rounds. */
export interface Crash {
  /** From the first call until all runs are done: without a crash, and with one. */
  readonly undisturbedMs: number;
  readonly crashedMs: number;
  /** From the restart of the process until all runs are done. */
  readonly recoveryMs: number;
  /** Runs with a model call in flight when the process was killed. */
  readonly inFlight: number;
  /** Model calls made again, and those of them that the model had answered in full before. */
  readonly repeated: number;
  readonly repeatedAnswered: number;
}

export interface Crashes {
  readonly runs: number;
  readonly rounds: number;
  readonly of: Readonly<Record<DurableName, Crash>>;
}

/** @param simulator the model of the beds' runs over HTTP */
export async function crashes(
  { library, byHand, vercel }: ProcessBeds,
  simulator: Simulator,
  rounds: RoundsOptions,
): Promise<Crashes> {
  const samples = await interleave<DurableName, Crash>(
    {
      library: () => oneCrash(library, simulator),
      byHand: () => oneCrash(byHand, simulator),
      vercel: () => oneCrash(vercel, simulator),
    },
    rounds,
  );
  return { runs: RUNS, rounds: rounds.rounds, of: byVariant((name) => summary(samples[name])) };
}

async function oneCrash(bed: ProcessBed, simulator: Simulator): Promise<Crash> {
  const undisturbedMs = await timed(async () => {
    reset(simulator);
    await allDone(bed, await startRuns(bed));
  });
  const start = performance.now();
  const runOf = reset(simulator);
  let calls = 0;
  const half = simulator.nextCall(() => ++calls >= MODEL_CALLS / 2);
  const ids = await startRuns(bed);
  await half;
  await bed.agent.kill9();
  const called = Object.entries(simulator.stats().byConversation);
  const answered = await repliesJournaled(bed.server, ids);
  const recoveryMs = await timed(async () => {
    await bed.agent.restart();
    await allDone(bed, ids);
  });
  const crashedMs = performance.now() - start;
  const { total, repeatedAfterAnswer } = simulator.stats();
  const unanswered = called.filter(([conversation, count]) => {
    const id = ids[runOf.get(conversation) ?? Number.NaN] ?? "";
    return count > (answered.get(id) ?? 0);
  });
  return {
    undisturbedMs,
    crashedMs,
    recoveryMs,
    inFlight: unanswered.length,
    repeated: total - MODEL_CALLS,
    repeatedAnswered: repeatedAfterAnswer,
  };
}

function summary(samples: readonly Crash[]): Crash {
  const middle = (figure: keyof Crash) => rounded(median(samples.map((sample) => sample[figure])), 0);
  const sum = (figure: keyof Crash) => samples.reduce((total, sample) => total + sample[figure], 0);
  return {
    undisturbedMs: middle("undisturbedMs"),
    crashedMs: middle("crashedMs"),
    recoveryMs: middle("recoveryMs"),
    inFlight: sum("inFlight"),
    repeated: sum("repeated"),
    repeatedAnswered: sum("repeatedAnswered"),
  };
}

/** @returns which run each of the simulator's conversations is of, once it has been answered */
function reset(simulator: Simulator): ReadonlyMap<string, number> {
  const runOf = new Map<string, number>();
  const answer = scriptOf(TASK);
  simulator.reset();
  simulator.setLatency(MODEL_MS);
  simulator.script((request) => {
    const question = request.items.find(({ type }) => type === "user");
    runOf.set(request.conversation, question?.type === "user" ? runIn(question.text) : Number.NaN);
    return answer(request);
  });
  return runOf;
}

function runIn(question: string): number {
  return Number(question.match(/\((\d+)\)$/)?.[1]);
}

/** Each run asks something else, so that a model call differs from all others. */
function startRuns({ send }: ProcessBed): Promise<string[]> {
  return Promise.all(
    Array.from({ length: RUNS }, (_, i) => send("Runs", "overHttp", { ...TASK, run: String(i) })),
  );
}

async function allDone(bed: ProcessBed, ids: readonly string[]): Promise<void> {
  await untilDone(bed, Promise.all(ids.map((id) => bed.attach(id))));
}

const stepCount = z.object({ id: z.string(), steps: z.number() });

/** How many replies each run's journal holds, once none grows: Restate may still have had some to store. */
async function repliesJournaled(
  server: RestateServer,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const list = ids.map((id) => `'${id}'`).join(", ");
  for (let before = Number.NaN; ; ) {
    const rows = await server.query(
      `SELECT id, count(*) AS steps FROM sys_journal
       WHERE entry_type = 'Notification: Run' AND id IN (${list}) GROUP BY id`,
      stepCount,
    );
    const steps = rows.reduce((sum, row) => sum + row.steps, 0);
    // A run's steps are a model call, a tool, a model call, and so on.
    if (steps === before) return new Map(rows.map((row) => [row.id, Math.ceil(row.steps / 2)]));
    before = steps;
    await setTimeout(SETTLE_MS);
  }
}
