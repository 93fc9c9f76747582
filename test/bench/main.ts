// The benchmark: this library beside a loop written by hand, and one agent's process. Everything runs side by side on
// this machine, in this process and one Restate server, so its ratios mean something where its milliseconds do not.
//
//   npm run bench [-- --check] [--quick] [--seed <n>]

import { writeFile } from "node:fs/promises";
import { barsOf, floorsAboveBar, isMet } from "./bars.ts";
import { type Bed, startBed } from "./bed.ts";
import { agentProcess } from "./measures/agent-process.ts";
import { chatSession } from "./measures/chat-session.ts";
import { type Overhead, overhead } from "./measures/overhead.ts";
import { parallelTools } from "./measures/parallel-tools.ts";
import { slowModel } from "./measures/slow-model.ts";
import { type Stored, stored } from "./measures/stored.ts";
import { renderBars, renderOverhead } from "./report.ts";
import { type Measurements, toResults } from "./results.ts";
import { seededRandom } from "./rounds.ts";
import { type RunSettings, readSettings } from "./settings.ts";

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
  console.log(`\n${renderOverhead(results)}\n${renderBars(bars)}`);
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

async function measure(bed: Bed, { rounds, seed }: RunSettings): Promise<Measurements> {
  const random = seededRandom(seed);
  const of = (count: number) => ({ rounds: count, warmUp: rounds.warmUp, random });
  progress("an agent's process");
  const agent = await agentProcess(bed.server, rounds.agentStarts);
  progress("warming up");
  // Services run for days: what is measured is compiled code.
  await overhead(bed, WARM_UP_TURNS, { rounds: 1, warmUp: rounds.warmUp, random });
  const overheads: Record<string, Overhead> = {};
  for (const [turns, count] of Object.entries(rounds.overhead)) {
    progress(`overhead at ${turns} turns`);
    overheads[turns] = await overhead(bed, Number(turns), of(count));
  }
  progress("whole runs on a slow model");
  const slow = await slowModel(bed, of(rounds.slowModel));
  progress("parallel tools");
  const tools = await parallelTools(bed, bed.watch, of(rounds.parallelTools));
  progress("stored bytes");
  const sizes: Record<string, Stored> = {};
  for (const turns of STORED_TURNS) sizes[turns] = await stored(bed, bed.simulator, turns);
  progress("a long chat");
  const chat = await chatSession(bed, of(rounds.chatSession));
  return {
    overhead: overheads,
    slowModel: slow,
    parallelTools: tools,
    stored: sizes,
    chatSession: chat,
    agentProcess: agent,
  };
}

function progress(what: string): void {
  console.log(`${performance.now().toFixed(0).padStart(7)} ms  ${what}`);
}
