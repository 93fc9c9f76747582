// A folder of journals, one file each.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Journal, journalSchema } from "./journal.ts";

const EXTENSION = ".journal.json";

/** A folder that cannot be read, or a file in it that holds no journal. The message names it. */
export class JournalFileError extends Error {}

/** @throws JournalFileError */
export async function readJournals(folder: string): Promise<ReadonlyMap<string, Journal>> {
  const journals = new Map<string, Journal>();
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? "is not there" : `cannot be read: ${error.message}`;
    throw new JournalFileError(`The folder ${folder} ${why}.`);
  });
  for (const file of files.filter((name) => name.endsWith(EXTENSION)).sort()) {
    const text = await readFile(join(folder, file), "utf8");
    try {
      journals.set(file, journalSchema.parse(JSON.parse(text)));
    } catch {
      throw new JournalFileError(
        `${join(folder, file)} is no journal: export it again, with this version's export-journals.`,
      );
    }
  }
  return journals;
}

/** Writes a journal under a name of its own. @returns the file's name */
export async function writeJournal(folder: string, name: string, journal: Journal): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { entries, ...head } = journal;
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`);
  const fields = Object.entries(head).map(([field, value]) => `  "${field}": ${JSON.stringify(value)},`);
  const file = `${name}${EXTENSION}`;
  await writeFile(
    join(folder, file),
    ["{", ...fields, '  "entries": [', lines.join(",\n"), "  ]", "}", ""].join("\n"),
  );
  return file;
}
