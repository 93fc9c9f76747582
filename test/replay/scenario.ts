// A scenario of the corpus: handlers whose journals were recorded once and must replay for ever.

import { readdir } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import type { Ingress, RestateServer, RestateServices } from "@holdfast/testing";
import { z } from "zod";

/** Restate, to call a scenario's services through. */
export interface Restate extends Ingress {
  readonly server: RestateServer;
}

export interface Scenario {
  readonly services: RestateServices;
  /** Calls the services, once, and waits for the end of all that it started. */
  readonly drive: (restate: Restate) => Promise<void>;
}

const folder = new URL("./scenarios/", import.meta.url);

/** The names of all scenarios: each is a file of its own that exports `scenario`, a function that makes it. */
export async function scenarioNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files.flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -".ts".length)] : [])).sort();
}

/** A scenario as on the first day: what an earlier one counted is not seen. */
export async function makeScenario(name: string): Promise<Scenario> {
  const { scenario }: { scenario: () => Scenario } = await import(`./scenarios/${name}.ts`);
  return scenario();
}

const POLL_INTERVAL_MS = 10;
const countSchema = z.object({ count: z.number() });

/** Waits until an invocation of a handler has an entry of a type, such as `Command: Sleep`, in its journal. */
export async function untilJournaled({ server }: Restate, target: string, entryType: string): Promise<void> {
  const sql = `SELECT count(*) AS count FROM sys_journal j JOIN sys_invocation i ON j.id = i.id
    WHERE i.target = '${target}' AND j.entry_type = '${entryType}'`;
  for (let found = 0; found === 0; await setTimeout(POLL_INTERVAL_MS)) {
    found = (await server.query(sql, countSchema))[0]?.count ?? 0;
  }
}
