// Reads the invocations of a test from Restate's tables. They report no events, so these functions ask again
// and again until it is so.

import type { RestateServer } from "@holdfast/testing";
import { expect } from "vitest";
import { z } from "zod";

const POLL = { interval: 20, timeout: 20_000 };

const idRow = z.object({ id: z.string() });
const countRow = z.object({ n: z.number() });

/** The invocation of a service's handler that another one made; waits until it is there. */
export async function invocationBy(
  server: RestateServer,
  callerId: string,
  service: string,
): Promise<string> {
  const find = () =>
    server.query(
      `SELECT id FROM sys_invocation WHERE invoked_by_id = '${callerId}' AND target_service_name = '${service}'`,
      idRow,
    );
  await expect.poll(async () => (await find()).length, POLL).toBeGreaterThan(0);
  const [row] = await find();
  if (!row) throw new Error(`${service} was not called by ${callerId}`);
  return row.id;
}

export type EntryType = "Notification: Run" | "Notification: Signal" | "Command: Sleep";

/** How many entries of a type the invocation's journal holds; `Notification: Run` is a step's result. */
export async function countJournaled(server: RestateServer, id: string, type: EntryType): Promise<number> {
  const sql = `SELECT count(*) AS n FROM sys_journal WHERE id = '${id}' AND entry_type = '${type}'`;
  return (await server.query(sql, countRow))[0]?.n ?? 0;
}

/** Waits until the invocation's journal holds so many entries of a type. */
export async function untilJournaled(
  server: RestateServer,
  id: string,
  type: EntryType,
  count: number,
): Promise<void> {
  await expect.poll(() => countJournaled(server, id, type), POLL).toBeGreaterThanOrEqual(count);
}

/** How many invocations of a target (`Service/key/handler`, with % for anything) are in one of these states. */
export async function countInvocations(
  server: RestateServer,
  target: string,
  statuses: readonly string[],
): Promise<number> {
  const list = statuses.map((status) => `'${status}'`).join(", ");
  const sql = `SELECT count(*) AS n FROM sys_invocation WHERE target LIKE '${target}' AND status IN (${list})`;
  return (await server.query(sql, countRow))[0]?.n ?? 0;
}

const keyRow = z.object({ key: z.string() });

/** The names of the state entries of a service's Virtual Objects, sorted; of the one with this key, or of all. */
export async function stateKeys(server: RestateServer, service: string, key = "%"): Promise<string[]> {
  const sql = `SELECT key FROM state WHERE service_name = '${service}' AND service_key LIKE '${key}'`;
  return (await server.query(sql, keyRow)).map((row) => row.key).sort();
}

const nameRow = z.object({ name: z.string() });

/** The names of the durable steps that an invocation began, in their order. */
export async function stepsOf(server: RestateServer, id: string): Promise<string[]> {
  const sql = `SELECT name FROM sys_journal WHERE id = '${id}' AND entry_type = 'Command: Run' ORDER BY index`;
  return (await server.query(sql, nameRow)).map(({ name }) => name);
}
