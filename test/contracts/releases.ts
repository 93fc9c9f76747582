// The contracts of each release on disk: written once, from then on only read.

import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import type { Contracts } from "./compare.ts";

const root = new URL("../fixtures/contracts/", import.meta.url);

const fileOf = (release: string) => new URL(`${release}.json`, root);

export const isRecorded = (release: string): boolean => existsSync(fileOf(release));

export async function readContracts(release: string): Promise<Contracts> {
  return JSON.parse(await readFile(fileOf(release), "utf8"));
}

/** One handler a line, so that a difference shows where it is. */
export async function writeContracts(release: string, contracts: Contracts): Promise<void> {
  const lines = Object.entries(contracts).map(
    ([handler, sides]) => `  ${JSON.stringify(handler)}: ${JSON.stringify(sides)}`,
  );
  await writeFile(fileOf(release), `{\n${lines.join(",\n")}\n}\n`);
}

/** The release before this build, or this one once it is recorded. */
export async function lastRelease(): Promise<string> {
  const releases = (await readdir(root)).map((file) => file.replace(/\.json$/, ""));
  const last = releases.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  if (last === undefined) throw new Error("No release's contracts are recorded: npm run promote-journals");
  return last;
}
