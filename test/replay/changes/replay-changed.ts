// Replays journals with changed code, one change after the other: a process of its own, as Node's module hooks put changed text in
// place of a file's. Takes changes as JSON lines, and gives their mismatches as JSON lines.

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Journal, type Mismatch, replayCheck } from "@holdfast/replay";
import type { servicesOfBuild } from "../../../scripts/replay-check/services-of-build.ts";
import { readRelease, releases } from "../services/corpus.ts";
import type { Change, Edit } from "./change.ts";

const root = new URL("../../../", import.meta.url);
const CHANGE = "change";
// What a change is made in, or imports it.
const CHANGED = /\/(services|scripts|packages\/(service-kit|claims))\//;

let edits: readonly Edit[] = [];

registerHooks({
  // Each change gets modules of its own: what imports a changed file is loaded anew with it.
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const change = context.parentURL && new URL(context.parentURL).searchParams.get(CHANGE);
    if (!change || !CHANGED.test(resolved.url) || resolved.url.includes("/node_modules/")) return resolved;
    const url = new URL(resolved.url);
    url.searchParams.set(CHANGE, change);
    return { ...resolved, url: url.href };
  },
  load(url, context, next) {
    const path = url.split("?")[0];
    const edit = url.includes(`?${CHANGE}=`) && edits.find(({ file }) => new URL(file, root).href === path);
    if (!edit) return next(url, context);
    const text = readFileSync(fileURLToPath(new URL(edit.file, root)), "utf8");
    if (!text.includes(edit.from)) throw new Error(`${edit.file} has no ${JSON.stringify(edit.from)}`);
    return {
      format: "module-typescript",
      source: text.replace(edit.from, () => edit.to),
      shortCircuit: true,
    };
  },
});

const journals: Journal[] = [];
for (const release of await releases()) journals.push(...(await readRelease(release)).values());

let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const change: Change = JSON.parse(line);
  edits = [change, ...(change.also ? [change.also] : [])];
  const answer = await mismatchesOf(change).catch((error: unknown) => ({ error: String(error) }));
  console.log(JSON.stringify(answer));
}

async function mismatchesOf(change: Change): Promise<{ replayed: number; mismatches: Mismatch[] }> {
  const module = new URL(`scripts/replay-check/services-of-build.ts?${CHANGE}=${++count}`, root);
  const build: { servicesOfBuild: typeof servicesOfBuild } = await import(module.href);
  const [, agent] = /^services\/([^/]+)\//.exec(change.file) ?? [];
  const check = replayCheck(await build.servicesOfBuild({}, agent === undefined ? undefined : [agent]));
  const of = journals.filter(({ service }) => service === change.service);
  const mismatches: Mismatch[] = [];
  for (const journal of of) {
    const mismatch = await check(journal);
    if (mismatch) mismatches.push(mismatch);
  }
  return { replayed: of.length, mismatches };
}
