// Renders the second table: the library beside its peers, in the peers' own units.

import Table from "cli-table3";
import type { Load } from "./measures/concurrency.ts";
import type { Results } from "./results.ts";
import { byVariant, type DurableName } from "./variants/durable.ts";

/** Durable runs, and the two SDKs without Restate where they were measured. */
type Column = DurableName | "agentsSdk" | "vercelAlone";

type Cells = Readonly<Partial<Record<Column, string | number>>>;

export function renderSideBySide({ raw }: Results): string {
  const table = new Table({
    head: ["Medians", "Library", "By hand", "Vercel on Restate", "Agents SDK alone", "Vercel alone"],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  const row = (label: string, { library, byHand, vercel, agentsSdk, vercelAlone }: Cells) =>
    table.push([label, ...[library, byHand, vercel, agentsSdk, vercelAlone].map((cell) => cell ?? "–")]);
  for (const [turns, { medians }] of Object.entries(raw.overhead)) {
    row(`${turns} turns, instant model, ms`, medians);
  }
  row(`${raw.slowModel.turns} turns, 50 ms model, ms`, raw.slowModel.medians);
  row(`${raw.overHttp.turns} turns, instant model over HTTP, ms`, raw.overHttp.medians);
  for (const [tools, { medians }] of Object.entries(raw.parallelTools)) {
    row(`${tools} tools of 50 ms in one turn, ms`, medians);
    row("… by one tool that does them all, ms", { vercel: medians.vercelFanOut });
  }
  const { listener, topic, agentsSdk } = raw.firstToken.medians;
  row("First words of a stream, to onProgress, ms", { library: listener, agentsSdk });
  row("… to the reader of a topic, ms", { library: topic });
  for (const [turns, { library, byHand, vercel }] of Object.entries(raw.stored)) {
    row(`Stored, ${turns} turns, KiB`, { library: kib(library), byHand: kib(byHand), vercel: kib(vercel) });
  }
  const { runs, load } = raw.concurrency;
  for (const [model, loads] of [
    ["instant model", load.instantModel],
    ["50 ms model", load.model50ms],
  ] as const) {
    const cells = (figure: keyof Load) => byVariant((name) => loads[name][figure]);
    row(`${runs} runs at once, ${model}, runs/s`, cells("runsPerSecond"));
    row("… processor of the agent, ms a run", cells("agentCpuMs"));
    row("… processor of Restate, ms a run", cells("serverCpuMs"));
    row("… memory of the agent, MiB", cells("agentMiB"));
    row("… memory of Restate, MiB", cells("serverMiB"));
  }
  const crash = raw.crashes.of;
  row(
    `${raw.crashes.runs} runs over HTTP, 100 ms model, ms`,
    byVariant((name) => crash[name].undisturbedMs),
  );
  row(
    "… killed in the middle, ms",
    byVariant((name) => crash[name].crashedMs),
  );
  row(
    "… of it after the restart, ms",
    byVariant((name) => crash[name].recoveryMs),
  );
  row(
    "… model calls repeated, of those in flight",
    byVariant((name) => `${crash[name].repeated} of ${crash[name].inFlight}`),
  );
  return table.toString();
}

function kib({ bytes }: { readonly bytes: number }): string {
  return (bytes / 1024).toFixed(1);
}
