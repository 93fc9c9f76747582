// The journals of the product's services on disk, a folder for each release: written once, from then on only read.

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Journal, readJournals } from "@holdfast/replay";
import { z } from "zod";

const root = new URL("../../fixtures/service-journals/", import.meta.url);

const manifestSchema = z.strictObject({
  /** The version of this form. */
  v: z.literal(1),
  recorded: z.iso.date(),
  /** Of what took part in the recording, by package. */
  versions: z.record(z.string(), z.string()),
  /** The hash of each file. */
  sha256: z.record(z.string(), z.string()),
});

const MANIFEST = "manifest.json";

/** The releases that are recorded. */
export const releases = (): Promise<string[]> => readdir(root);

export function folderOf(release: string): string {
  return fileURLToPath(new URL(`${release}/`, root));
}

/** @throws Error when a file is missing, or is not what was recorded */
export async function readRelease(release: string): Promise<ReadonlyMap<string, Journal>> {
  const folder = folderOf(release);
  const manifest = manifestSchema.parse(JSON.parse(await readFile(folder + MANIFEST, "utf8")));
  if (JSON.stringify(await hashes(folder)) !== JSON.stringify(manifest.sha256)) {
    throw new Error(
      `${folder} is not what was recorded on ${manifest.recorded}. ` +
        "Restore it from version control: recordings are added, never changed.",
    );
  }
  return readJournals(folder);
}

export async function writeManifest(folder: string, versions: Record<string, string>): Promise<void> {
  const recorded = new Date().toISOString().slice(0, 10);
  const manifest: z.output<typeof manifestSchema> = {
    v: 1,
    recorded,
    versions,
    sha256: await hashes(folder),
  };
  await writeFile(`${folder}/${MANIFEST}`, `${JSON.stringify(manifest, null, 2)}\n`);
}

async function hashes(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const file of (await readdir(folder)).sort()) {
    if (file === MANIFEST) continue;
    found[file] = createHash("sha256")
      .update(await readFile(`${folder}/${file}`))
      .digest("hex");
  }
  return found;
}
