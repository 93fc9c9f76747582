// The benchmark: this library beside a loop written by hand and beside its nearest peer, and one agent's process.
// Everything runs side by side on this machine, so its ratios mean something where its milliseconds do not.
//
//   npm run bench [-- --check] [--quick] [--seed <n>]

import { writeFile } from "node:fs/promises";
import { barsOf, floorsAboveBar, isMet } from "./bars.ts";
import { type Bed, startBed } from "./bed.ts";
import { agentProcess } from "./measures/agent-process.ts";
import { chatSession } from "./measures/chat-session.ts";
import { concurrency } from "./measures/concurrency.ts";
import { crashes } from "./measures/crash.ts";
import { features } from "./measures/features.ts";
import { firstToken } from "./measures/first-token.ts";
import { overHttp } from "./measures/over-http.ts";
import { overhead } from "./measures/overhead.ts";
import { parallelTools } from "./measures/parallel-tools.ts";
import { slowModel } from "./measures/slow-model.ts";
import { type Stored, stored } from "./measures/stored.ts";
import { type TelemetryCost, telemetry } from "./measures/telemetry.ts";
import { startProcessBeds } from "./process-bed.ts";
import { renderBars, renderOverhead, renderTelemetry } from "./report.ts";
import { type Measurements, toResults } from "./results.ts";
import { type RoundsOptions, seededRandom } from "./rounds.ts";
import { type RunSettings, readSettings } from "./settings.ts";
import { renderSideBySide } from "./side-by-side.ts";
import { startTelemetryBeds } from "./telemetry/beds.ts";

const RESULTS_FILE = new URL("results.json", import.meta.url);
const STORED_TURNS = [3, 80];
const WARM_UP_TURNS = 80;

const settings = readSettings(process.argv.slice(2));
const bed = await startBed();
try {
  const results = toResults(await measure(bed, settings), settings);
  // A smoke run's figures would only replace better ones.
  if (!settings.quick) await writeFile(RESULTS_FILE, `${JSON.stringify(results, null, 2)}\n`);
  const bars = barsOf(results);
  const tables = [
    renderOverhead(results),
    renderSideBySide(results),
    renderTelemetry(results),
    renderBars(bars),
  ];
  console.log(`\n${tables.join("\n")}`);
  const { instantModel, model50ms } = results.raw.features;
  console.log(
    `A run without any feature took ${instantModel.ratios.control} and ${model50ms.ratios.control} × its own time: ` +
      "a difference of that size says nothing of a feature.",
  );
  const missed = bars.filter((bar) => !isMet(bar)).length;
  for (const turns of floorsAboveBar(results)) {
    console.log(
      `At ${turns} turns the floor misses the bar too: what is above it is not the library's alone.`,
    );
  }
  if (settings.quick)
    console.log("A quick run: too few rounds to judge by, so results.json stays as it was.");
  console.log(missed === 0 ? "All bars are met." : `${missed} of ${bars.length} bars are missed.`);
  if (settings.check && missed > 0) process.exitCode = 1;
} finally {
  await bed.stop();
}

async function measure(bed: Bed, settings: RunSettings): Promise<Measurements> {
  const { rounds } = settings;
  const of = roundsOf(settings);
  progress("an agent's process");
  const agent = await agentProcess(bed.server, rounds.agentStarts);
  progress("warming up");
  // Services run for days: what is measured is compiled code.
  await overhead(bed, WARM_UP_TURNS, of(1));
  const overheads = await byKey(rounds.overhead, (turns, count) => {
    progress(`overhead at ${turns} turns`);
    return overhead(bed, Number(turns), of(count));
  });
  progress("whole runs on a slow model");
  const slow = await slowModel(bed, of(rounds.slowModel));
  progress("whole runs over HTTP");
  const http = await overHttp(bed, bed.simulator, of(rounds.overHttp));
  const tools = await byKey(rounds.parallelTools, (count, times) => {
    progress(`${count} parallel tools`);
    return parallelTools(bed, bed.watch, Number(count), of(times));
  });
  progress("first words of a stream");
  const words = await firstToken(bed, bed.tokenWatch, of(rounds.firstToken));
  progress("features switched on");
  const switchedOn = {
    instantModel: await features(bed, "instantModel", of(rounds.features.instantModel)),
    model50ms: await features(bed, "model50ms", of(rounds.features.model50ms)),
  };
  progress("stored bytes");
  const sizes: Record<string, Stored> = {};
  for (const turns of STORED_TURNS) sizes[turns] = await stored(bed, bed.simulator, turns);
  progress("a long chat");
  const chat = await chatSession(bed, of(rounds.chatSession));
  return {
    overhead: overheads,
    slowModel: slow,
    overHttp: http,
    parallelTools: tools,
    stored: sizes,
    firstToken: words,
    features: switchedOn,
    chatSession: chat,
    agentProcess: agent,
    ...(await measureProcesses(bed, settings)),
    telemetry: await measureTelemetry(bed, settings),
  };
}

async function measureTelemetry({ simulator }: Bed, settings: RunSettings): Promise<TelemetryCost> {
  progress("telemetry on and off");
  const beds = await startTelemetryBeds(simulator.url);
  try {
    return await telemetry(beds, simulator, roundsOf(settings)(settings.rounds.telemetry));
  } finally {
    await beds.stop();
  }
}

async function measureProcesses(
  { simulator }: Bed,
  settings: RunSettings,
): Promise<Pick<Measurements, "concurrency" | "crashes">> {
  const of = roundsOf(settings);
  progress("starting a process for each variant");
  const beds = await startProcessBeds(simulator.url);
  try {
    progress("many runs at once");
    const load = await concurrency(beds, of(settings.rounds.concurrency));
    progress("a crash in the middle of many runs");
    // They are warm from before, and cold after each kill.
    const killed = await crashes(beds, simulator, { ...of(settings.rounds.crashes), warmUp: 0 });
    return { concurrency: load, crashes: killed };
  } finally {
    await Promise.all(Object.values(beds).map((processBed) => processBed.stop()));
  }
}

function roundsOf({ rounds, seed }: RunSettings): (count: number) => RoundsOptions {
  const random = seededRandom(seed);
  return (count) => ({ rounds: count, warmUp: rounds.warmUp, random });
}

async function byKey<T>(
  rounds: Readonly<Record<string, number>>,
  measured: (key: string, count: number) => Promise<T>,
): Promise<Record<string, T>> {
  const results: Record<string, T> = {};
  for (const [key, count] of Object.entries(rounds)) results[key] = await measured(key, count);
  return results;
}

function progress(what: string): void {
  console.log(`${performance.now().toFixed(0).padStart(7)} ms  ${what}`);
}
