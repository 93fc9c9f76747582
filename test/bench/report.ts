// Renders the tables at the end, for people; results.json is for everything else.

import Table from "cli-table3";
import { type Bar, isMet } from "./bars.ts";
import type { Overhead } from "./measures/overhead.ts";
import type { TelemetryLoad } from "./measures/telemetry.ts";
import type { Results } from "./results.ts";

export function renderBars(bars: readonly Bar[]): string {
  const table = new Table({
    head: ["What", "Measured", "Bar", ""],
    colAligns: ["left", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const bar of bars) {
    table.push([
      bar.label,
      withUnit(bar, bar.value),
      "atMost" in bar ? `≤ ${withUnit(bar, bar.atMost)}` : `≥ ${withUnit(bar, bar.atLeast)}`,
      isMet(bar) ? "ok" : "MISSED",
    ]);
  }
  return table.toString();
}

/** The medians of what the overhead is made of. */
export function renderOverhead({ raw }: Results): string {
  const table = new Table({
    head: [
      "Milliseconds, medians",
      "Library",
      "Floor",
      "Agents SDK",
      "By hand",
      "Loop alone",
      "Empty call",
      "Overhead",
      "without it",
      "of the floor",
    ],
    colAligns: ["left", "right", "right", "right", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const [turns, { medians, ratio, ratioWithoutIngress, floorRatio }] of Object.entries<Overhead>(
    raw.overhead,
  )) {
    const { library, floor, agentsSdk, byHand, loop, empty } = medians;
    const times = [library, floor, agentsSdk, byHand, loop, empty];
    table.push([`${turns} turns`, ...times, ratio, ratioWithoutIngress, floorRatio]);
  }
  return table.toString();
}

/** The medians of what the cost of telemetry is made of. */
export function renderTelemetry({ raw: { telemetry } }: Results): string {
  const table = new Table({
    head: ["Telemetry", "Runs/s off", "on", "On ÷ off", "least", "most", "Agent, ms a run off", "on"],
    colAligns: ["left", "right", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const [model, { atOnce, ratio, medians }] of Object.entries<TelemetryLoad>(telemetry.load)) {
    const { off, on } = medians;
    const ratios = [ratio.median, ratio.min, ratio.max];
    const cpu = [off.agentCpuMs, on.agentCpuMs];
    table.push([`${model}, ${atOnce} at once`, off.runsPerSecond, on.runsPerSecond, ...ratios, ...cpu]);
  }
  const { idleMiB, usedMiB } = telemetry;
  const memory = `Memory of the agent, MiB: idle ${idleMiB.off} off, ${idleMiB.on} on; after some runs ${usedMiB.off} off, ${usedMiB.on} on.`;
  return `${table}\n${memory}`;
}

function withUnit({ unit }: Bar, value: number): string {
  return `${value} ${unit}`;
}
