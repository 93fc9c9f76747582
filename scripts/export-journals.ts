// `npm run export-journals`: journals of a running system, without what people and models wrote, for replay-check.

import { parseArgs } from "node:util";
import { exportJournals, StandIns, writeJournal } from "@holdfast/replay";
import { RestateAdmin, RestateAdminError } from "@holdfast/restate-admin";
import { standInOptions } from "./replay-check/vocabulary.ts";

const USAGE = `npm run export-journals -- --url <Restate's admin API> --out <folder> [--service <name> …] [--completed]
  Writes the journals of what is in flight, one file each, with stand-ins in place of what people and models wrote.
  --completed: also of what has ended and is still kept.`;

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    out: { type: "string" },
    service: { type: "string", multiple: true },
    completed: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const { url, out, service: services, completed } = values;
if (values.help || url === undefined || out === undefined) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  try {
    const standIns = new StandIns(standInOptions);
    let count = 0;
    const admin = new RestateAdmin(url.replace(/\/+$/, ""));
    for await (const journal of exportJournals(admin, { completed, ...(services && { services }) })) {
      const { service, handler, invocation } = journal;
      await writeJournal(out, `${service}.${handler}.${invocation}`, standIns.replace(journal));
      count++;
    }
    console.log(`✔ ${count} journals in ${out}.`);
  } catch (error) {
    if (!(error instanceof RestateAdminError)) throw error;
    console.error(`✖ ${error.message}`);
    process.exitCode = 1;
  }
}
