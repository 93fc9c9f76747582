// `npm run export-journals`: journals of a running system, without what people and models wrote, for replay-check.

import { exportJournals, reissuing, replayCheck, StandIns, writeJournal } from "@holdfast/replay";
import { RestateAdmin } from "@holdfast/restate-admin";
import { argumentsOf, exitCodeOf } from "./command-line.ts";
import { servicesOfBuild } from "./replay-check/services-of-build.ts";
import { standInOptions } from "./replay-check/vocabulary.ts";

const USAGE = `npm run export-journals -- --url <Restate's admin API> --out <folder> [--service <name> …] [--completed]
  Writes the journals of what is in flight, one file each, with stand-ins in place of what people and models wrote. Run it
  from the version that is running, which replays them with those stand-ins.
  --completed: also of what has ended and is still kept.`;

async function main(): Promise<number> {
  const parsed = argumentsOf(USAGE, {
    options: {
      url: { type: "string" },
      out: { type: "string" },
      service: { type: "string", multiple: true },
      completed: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (!parsed) return 2;
  const { url, out, service: only, completed, help } = parsed.values;
  if (help || url === undefined || out === undefined) {
    console.log(USAGE);
    return help ? 0 : 2;
  }
  const services = await servicesOfBuild(process.env);
  const check = replayCheck(services);
  const reissue = reissuing(services, check);
  const standIns = new StandIns(standInOptions);
  let [count, unknown] = [0, 0];
  const admin = new RestateAdmin(url);
  for await (const journal of exportJournals(admin, { completed, ...(only && { services: only }) })) {
    const { service, handler, invocation } = journal;
    const replaced = standIns.replace(journal);
    // Handlers that replay the original are those that wrote it: what they make of the stand-ins, they would have written.
    const replays = (await check(journal)) === undefined;
    await writeJournal(
      out,
      `${service}.${handler}.${invocation}`,
      replays ? await reissue(replaced) : replaced,
    );
    count++;
    if (!replays) unknown++;
  }
  console.log(`✔ ${count} journals in ${out}.`);
  if (unknown > 0)
    console.log(
      `  ${unknown} of them are not replayed by this build: export with the version that is running.`,
    );
  return 0;
}

process.exitCode = await exitCodeOf(main);
