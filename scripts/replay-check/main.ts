// Checks journals against this build: one line for each that it would break, and a count.

import { exportJournals, type Journal, type Mismatch, readJournals, replayCheck } from "@holdfast/replay";
import { RestateAdmin } from "@holdfast/restate-admin";
import { argumentsOf } from "../command-line.ts";
import { servicesOfBuild } from "./services-of-build.ts";

const USAGE = `npm run replay-check -- <folder> …
npm run replay-check -- --url <Restate's admin API>
  Replays journals against this build's handlers: with the results that they hold, and without running anything. They are
  those of folders, as export-journals writes them, or of what is in flight on a running Restate.
  Settings are read from the environment, as the services read them.`;

/** @returns the exit code: 1 when a journal breaks, 2 when there is nothing to check */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = argumentsOf(USAGE, {
    args: [...args],
    allowPositionals: true,
    options: { url: { type: "string" }, help: { type: "boolean", default: false } },
  });
  if (!parsed) return 2;
  const { positionals: folders, values } = parsed;
  const { url, help } = values;
  if (help || (url === undefined) === (folders.length === 0)) {
    console.log(USAGE);
    return help ? 0 : 2;
  }
  const check = replayCheck(await servicesOfBuild(process.env));
  let [checked, broken] = [0, 0];
  for await (const [name, journal] of url === undefined ? inFolders(folders) : inFlight(url)) {
    checked++;
    const mismatch = await check(journal);
    if (!mismatch) continue;
    broken++;
    console.log(`✖ ${targetOf(journal)}, ${describe(mismatch)} (${name})`);
  }
  if (checked === 0 && url === undefined) {
    console.error(`✖ There are no journals in ${folders.join(", ")}.`);
    return 2;
  }
  console.log(`${broken === 0 ? "✔" : "✖"} ${checked} journals replayed, ${broken} of them would break.`);
  return broken === 0 ? 0 : 1;
}

type NamedJournal = readonly [name: string, journal: Journal];

async function* inFolders(folders: readonly string[]): AsyncGenerator<NamedJournal> {
  for (const folder of folders) yield* await readJournals(folder);
}

async function* inFlight(url: string): AsyncGenerator<NamedJournal> {
  for await (const journal of exportJournals(new RestateAdmin(url))) yield [journal.invocation, journal];
}

function targetOf({ service, handler, key }: Journal): string {
  return [service, ...(key === undefined ? [] : [key]), handler].join("/");
}

function describe({ index, recorded, cause }: Mismatch): string {
  return `step ${index} (${recorded}): this build ${cause}`;
}
