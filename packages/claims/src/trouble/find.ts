// Finds the claims that are in trouble, by Restate's admin API.

import { type ClaimTrouble, claimContract, troubleKindSchema } from "@holdfast/contracts";
import type { RestateAdmin } from "@holdfast/restate-admin";
import { z } from "zod";
import { classify } from "./classify.ts";

/** A claim's trouble, and the invocation that has it: the claim's own, or one that it called. */
export interface FoundTrouble {
  readonly invocationId: string;
  readonly trouble: ClaimTrouble;
}

const COLUMNS = `id, target_service_name AS service, target_service_key AS key, target_handler_name AS handler,
  status, invoked_by_id AS caller, last_failure_error_code AS code, modified_at AS since`;

// One that runs is among them while it does again what has failed before.
const FAILED = `SELECT ${COLUMNS} FROM sys_invocation WHERE status IN ('paused', 'backing-off')
  OR (status = 'running' AND last_failure_error_code IS NOT NULL AND modified_at < last_start_at)`;

const rowSchema = z.object({
  id: z.string(),
  service: z.string(),
  key: z.string().nullish(),
  handler: z.string(),
  status: z.string(),
  caller: z.string().nullish(),
  code: z.string().nullish(),
  since: z.iso.datetime(),
});
type Row = z.output<typeof rowSchema>;

// A claim calls an agent, which calls an object.
const MAX_DEPTH = 5;

/**
 * The claims in trouble, by their ids; of several troubles the worst one.
 *
 * @param afterMs how long something that may pass by itself may last, in milliseconds
 * @param before what was found the last time: it lasts until the invocation makes progress, whatever else fails meanwhile
 * @throws RestateAdminError
 */
export async function findTroubles(
  admin: RestateAdmin,
  afterMs: number,
  before: ReadonlyMap<string, FoundTrouble> = new Map(),
): Promise<ReadonlyMap<string, FoundTrouble>> {
  const now = Date.now();
  const failed = await admin.query(FAILED, rowSchema);
  const claimOf = await claimsOf(admin, failed);
  const worst = new Map<string, FoundTrouble>();
  for (const { id, service, status, code, since } of failed) {
    const claimId = claimOf(id);
    if (claimId === undefined) continue;
    const facts = { claimId, service, paused: status === "paused", code: code ?? undefined, since };
    const earlier = before.get(claimId);
    const lasts = earlier?.invocationId === id && earlier.trouble.since === since;
    const trouble = classify(facts, { now, afterMs }) ?? (lasts ? earlier.trouble : undefined);
    if (!trouble) continue;
    const other = worst.get(claimId)?.trouble;
    if (!other || rank(trouble) < rank(other)) worst.set(claimId, { invocationId: id, trouble });
  }
  return worst;
}

const rank = ({ kind }: ClaimTrouble) => troubleKindSchema.options.indexOf(kind);

/** Finds the claim that an invocation is part of, through its callers. */
async function claimsOf(
  admin: RestateAdmin,
  failed: readonly Row[],
): Promise<(id: string) => string | undefined> {
  const known = new Map(failed.map((row) => [row.id, row]));
  let callers = unknownCallers(failed, known);
  for (let depth = 0; depth < MAX_DEPTH && callers.length > 0; depth++) {
    const ids = callers.map((id) => `'${id}'`).join(", ");
    const rows = await admin.query(`SELECT ${COLUMNS} FROM sys_invocation WHERE id IN (${ids})`, rowSchema);
    for (const row of rows) known.set(row.id, row);
    callers = unknownCallers(rows, known);
  }
  return (id) => {
    for (let row = known.get(id); row; row = row.caller ? known.get(row.caller) : undefined) {
      if (row.service === claimContract.name && row.handler === "submit") return row.key ?? undefined;
    }
    return undefined;
  };
}

function unknownCallers(rows: readonly Row[], known: ReadonlyMap<string, Row>): string[] {
  const callers = rows.flatMap(({ service, caller }) =>
    caller && service !== claimContract.name && !known.has(caller) ? [caller] : [],
  );
  return [...new Set(callers)];
}
