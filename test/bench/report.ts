// The table at the end, for people; results.json is for everything else.

import Table from "cli-table3";
import { type Bar, isMet } from "./bars.ts";
import type { Overhead } from "./measures/overhead.ts";
import type { Results } from "./results.ts";

export function renderBars(bars: readonly Bar[]): string {
  const table = new Table({
    head: ["What", "Measured", "At most", ""],
    colAligns: ["left", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const bar of bars) {
    table.push([
      bar.label,
      withUnit(bar, bar.value),
      withUnit(bar, bar.atMost),
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
      "Agents SDK",
      "By hand",
      "Loop alone",
      "Empty call",
      "Overhead without it",
    ],
    colAligns: ["left", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const [turns, { medians, ratioWithoutIngress }] of Object.entries<Overhead>(raw.overhead)) {
    const { library, agentsSdk, byHand, loop, empty } = medians;
    table.push([`${turns} turns`, library, agentsSdk, byHand, loop, empty, ratioWithoutIngress]);
  }
  return table.toString();
}

function withUnit({ unit }: Bar, value: number): string {
  return unit === "" ? `${value} ×` : `${value} ${unit}`;
}
