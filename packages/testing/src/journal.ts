/**
 * Reads what Restate stores of an invocation, from its SQL tables and under their own column names.
 */

import { setTimeout as delay } from "node:timers/promises";
import type { RestateServer } from "@holdfast/local-restate";
import { z } from "zod";

const invocationRow = z.object({
  id: z.string(),
  /** `Service/handler`, or `Service/key/handler`. */
  target: z.string(),
  status: z.enum([
    "pending",
    "scheduled",
    "ready",
    "running",
    "backing-off",
    "suspended",
    "paused",
    "completed",
  ]),
  /**
   * Attempts since the server's last restart or the last suspension; above 1, one has failed. Absent while none runs.
   */
  retry_count: z.number().optional(),
  /** Entries in the journal. */
  journal_size: z.number().optional(),
  completed_at: z.string().optional(),
  completion_result: z.enum(["success", "failure"]).optional(),
  completion_failure: z.string().optional(),
  /** Message and stack of the last failed attempt, while the invocation is being retried. */
  last_failure: z.string().optional(),
  last_failure_error_code: z.string().optional(),
});

/** A row of `sys_invocation`. */
export type InvocationRow = z.infer<typeof invocationRow>;

const INVOCATION_COLUMNS = Object.keys(invocationRow.shape).join(", ");
const POLL_INTERVAL_MS = 20;
const WAIT_TIMEOUT_MS = 20_000;

/** The invocation, or undefined when Restate knows none of this id (any more). */
export async function invocation(server: RestateServer, id: string): Promise<InvocationRow | undefined> {
  const rows = await server.query(
    `SELECT ${INVOCATION_COLUMNS} FROM sys_invocation WHERE id = ${literal(id)}`,
    invocationRow,
  );
  return rows[0];
}

/**
 * Waits until the invocation is as `predicate` wants it; Restate reports no such events, so this asks again and again.
 *
 * @throws Error with the invocation as last seen, after `timeoutMs` (20 seconds by default).
 */
export async function waitForStatus(
  server: RestateServer,
  id: string,
  predicate: (row: InvocationRow) => boolean,
  options: { timeoutMs?: number } = {},
): Promise<InvocationRow> {
  const timeoutMs = options.timeoutMs ?? WAIT_TIMEOUT_MS;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const row = await invocation(server, id);
    if (row !== undefined && predicate(row)) return row;
    if (Date.now() >= deadline) {
      throw new Error(
        `Invocation ${id} was not as expected within ${timeoutMs} ms; last seen: ${JSON.stringify(row)}`,
      );
    }
    await delay(POLL_INTERVAL_MS);
  }
}

export interface StoredSize {
  entries: number;
  /** Bytes as handed to the store; on disk they are compressed and framed. */
  bytes: number;
}

const storedSize = z.object({ entries: z.number(), bytes: z.number() });

/**
 * What Restate stores of an invocation's journal: every command and notification in its encoded form, the input with
 * the request's headers included.
 */
export function journalSize(server: RestateServer, invocationId: string): Promise<StoredSize> {
  return size(
    server,
    `SELECT count(*) AS entries, coalesce(sum(raw_length), 0) AS bytes
     FROM sys_journal WHERE id = ${literal(invocationId)}`,
  );
}

/** What Restate stores of a Virtual Object's state: its entries' names and values. */
export function stateSize(server: RestateServer, service: string, key: string): Promise<StoredSize> {
  return size(
    server,
    `SELECT count(*) AS entries, coalesce(sum(key_length + value_length), 0) AS bytes
     FROM state WHERE service_name = ${literal(service)} AND service_key = ${literal(key)}`,
  );
}

async function size(server: RestateServer, sql: string): Promise<StoredSize> {
  const [row] = await server.query(sql, storedSize);
  if (row === undefined) throw new Error(`Restate gave no row for ${sql}`);
  return row;
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
