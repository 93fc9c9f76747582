// Records the journals of the product's services, once for each release: whole processes on a real restate-server.

import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { exportJournals, type Journal, writeJournal } from "@holdfast/replay";
import root from "../../../package.json" with { type: "json" };
import { servicesOfBuild } from "../../../scripts/replay-check/services-of-build.ts";
import { ReviewsAsked } from "../../e2e/support/reviews.ts";
import { startSystem } from "../../e2e/system.ts";
import { versions } from "../versions.ts";
import { folderOf, writeManifest } from "./corpus.ts";
import { drive } from "./drive.ts";
import { recordedHandlers } from "./handlers.ts";

const folder = folderOf(root.version);

if (existsSync(folder)) console.log(`Version ${root.version} is recorded; nothing added.`);
else await record();

async function record(): Promise<void> {
  // Complete or not there at all, also when the process ends in between.
  const unfinished = folderOf(`.${root.version}`);
  await rm(unfinished, { recursive: true, force: true });
  const reviews = new ReviewsAsked();
  const system = await startSystem({ onLine: reviews.onLine });
  try {
    await drive(system, reviews);
    const counts = new Map<string, number>();
    const handlers = new Set<string>();
    for await (const journal of journalsOfAKind(system.server.admin)) {
      const name = [journal.service, journal.handler, journal.key].filter(Boolean).join(".");
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      handlers.add(`${journal.service}/${journal.handler}`);
      await writeJournal(unfinished, count === 1 ? name : `${name}.${count}`, journal);
    }
    const missing = recordedHandlers(await servicesOfBuild({})).filter((handler) => !handlers.has(handler));
    if (missing.length > 0) throw new Error(`drive.ts brings no invocation of ${missing.join(", ")}.`);
    await writeManifest(unfinished, await versions());
    await rename(unfinished, folder);
    console.log(`Added ${[...counts.values()].reduce((sum, n) => sum + n, 0)} journals of ${root.version}.`);
  } finally {
    await system.stop();
  }
}

/** One journal of each kind: the same handler, the same entries in the same order. */
async function* journalsOfAKind(admin: Parameters<typeof exportJournals>[0]): AsyncGenerator<Journal> {
  const seen = new Set<string>();
  for await (const journal of exportJournals(admin, { completed: true })) {
    const { service, handler, entries } = journal;
    const names = entries.map(({ type, name }) => `${type} ${name}`);
    // How often an entry is repeated makes no other kind.
    const kind = JSON.stringify([service, handler, names.filter((name, i) => name !== names[i - 1])]);
    if (seen.has(kind)) continue;
    seen.add(kind);
    yield journal;
  }
}
