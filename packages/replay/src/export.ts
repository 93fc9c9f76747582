// Reads journals of invocations from a running Restate, by its admin API.

import type { RestateAdmin } from "@holdfast/restate-admin";
import { z } from "zod";
import type { Journal } from "./journal.ts";

export interface ExportOptions {
  /** Of these services; of all when left out. */
  readonly services?: readonly string[];
  /** Also of invocations that have ended and whose journals are still kept. */
  readonly completed?: boolean;
}

const invocationRow = z.object({
  id: z.string(),
  target_service_name: z.string(),
  target_service_key: z.string().optional(),
  target_handler_name: z.string(),
  status: z.string(),
  pinned_service_protocol_version: z.number(),
});

const entryRow = z.object({
  entry_type: z.string(),
  name: z.string().optional(),
  raw: z.string().regex(/^[0-9a-f]*$/),
});

/** The invocations that have begun, oldest first: one that has no journal yet replays nothing. */
export async function* exportJournals(
  admin: RestateAdmin,
  { services, completed = false }: ExportOptions = {},
): AsyncGenerator<Journal> {
  const wanted = [
    "pinned_service_protocol_version IS NOT NULL",
    ...(completed ? [] : ["status <> 'completed'"]),
    ...(services ? [`target_service_name IN (${services.map(literal).join(", ")})`] : []),
  ];
  const invocations = await admin.query(
    `SELECT ${Object.keys(invocationRow.shape).join(", ")} FROM sys_invocation
     WHERE ${wanted.join(" AND ")} ORDER BY created_at`,
    invocationRow,
  );
  for (const { id, ...of } of invocations) {
    const rows = await admin.query(
      `SELECT entry_type, name, raw FROM sys_journal WHERE id = ${literal(id)} ORDER BY index`,
      entryRow,
    );
    // It has ended meanwhile.
    if (rows.length === 0) continue;
    yield {
      v: 1,
      invocation: id,
      service: of.target_service_name,
      handler: of.target_handler_name,
      ...(of.target_service_key !== undefined && { key: of.target_service_key }),
      status: of.status,
      protocol: of.pinned_service_protocol_version,
      entries: rows.map(({ entry_type, name, raw }) => ({
        type: entry_type,
        ...(name !== undefined && name !== "" && { name }),
        raw: Buffer.from(raw, "hex").toString("base64"),
      })),
    };
  }
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
