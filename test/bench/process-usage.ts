// Reads what a process of its own uses: memory and processor time, as the operating system counts them.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const POLL_MS = 500;
// Idle is when memory has stayed within half a MiB for two seconds.
const STEADY_POLLS = 4;
const STEADY_MIB = 0.5;
const MAX_POLLS = 30;

// Linux gives processor time in ticks of this many to a second, on every platform that Node runs on.
const TICKS_PER_SECOND = 100;

/** Resident memory, in MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const kib =
    process.platform === "linux"
      ? (await readFile(`/proc/${pid}/status`, "utf8")).match(/^VmRSS:\s+(\d+) kB$/m)?.[1]
      : await ps("rss=", pid);
  if (!kib) throw new Error(`the memory of process ${pid} cannot be read`);
  return Number(kib) / 1024;
}

/** Resident memory once it no longer changes. */
export async function settledMemory(pid: number): Promise<number> {
  let reference = Number.NaN;
  let steady = 0;
  let now = Number.NaN;
  for (let poll = 0; poll < MAX_POLLS && steady < STEADY_POLLS; poll++) {
    await setTimeout(POLL_MS);
    now = await residentMiB(pid);
    if (Math.abs(now - reference) <= STEADY_MIB) {
      steady++;
    } else {
      reference = now;
      steady = 0;
    }
  }
  return now;
}

/** Processor time since the process's start, its threads and the system's part included, in milliseconds. */
export async function processorMs(pid: number): Promise<number> {
  if (process.platform !== "linux") return clockToMs(await ps("time=", pid));
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The process's name, in parentheses, may hold spaces; user and system time are fields 14 and 15 of the line.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

async function ps(column: string, pid: number): Promise<string> {
  return (await promisify(execFile)("ps", ["-o", column, "-p", String(pid)])).stdout.trim();
}

/** `[hours:]minutes:seconds` */
function clockToMs(clock: string): number {
  return clock.split(":").reduce((total, part) => total * 60 + Number(part), 0) * 1000;
}
