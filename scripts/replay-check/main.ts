// Checks journals against this build: one line for each that it would break, and a count.

import { parseArgs } from "node:util";
import { type Journal, type Mismatch, readJournals, replayCheck } from "@holdfast/replay";
import { servicesOfBuild } from "./services-of-build.ts";

const USAGE = `npm run replay-check -- <folder> …
  Replays the journals of these folders, as export-journals writes them, against this build's handlers: with the results
  that they hold, and without running anything. Settings are read from the environment, as the services read them.`;

/** @returns the exit code: 1 when a journal breaks, 2 when there is none to check */
export async function main(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: "boolean", default: false } },
  });
  if (values.help || positionals.length === 0) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const check = replayCheck(await servicesOfBuild(process.env));
  let [checked, broken] = [0, 0];
  for (const folder of positionals) {
    for (const [file, journal] of await readJournals(folder)) {
      checked++;
      const mismatch = await check(journal);
      if (!mismatch) continue;
      broken++;
      console.log(`✖ ${targetOf(journal)}, ${describe(mismatch)} (${file})`);
    }
  }
  if (checked === 0) {
    console.error(`✖ There are no journals in ${positionals.join(", ")}.`);
    return 2;
  }
  console.log(`${broken === 0 ? "✔" : "✖"} ${checked} journals replayed, ${broken} of them would break.`);
  return broken === 0 ? 0 : 1;
}

function targetOf({ service, handler, key }: Journal): string {
  return [service, ...(key === undefined ? [] : [key]), handler].join("/");
}

function describe({ index, recorded, cause }: Mismatch): string {
  return `step ${index} (${recorded}): this build ${cause}`;
}
