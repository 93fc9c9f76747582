// The recorded journals on disk: written once by `npm run promote-journals`, from then on only read.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { RecordedRequest } from "@holdfast/replay";
import { z } from "zod";

/**
 * `request-response`: Restate sent the whole journal so far with every attempt, and each attempt ran to its next wait.
 * `bidirectional`: steps and waits ran side by side on one connection, as in production; the attempt that would have
 * ended the invocation was cut off, and what is recorded is its successor, which Restate sent the whole journal.
 */
const deliverySchema = z.enum(["request-response", "bidirectional"]);
export type Delivery = z.infer<typeof deliverySchema>;
export const DELIVERIES = deliverySchema.options;

/** One request of Restate to an endpoint, and what was answered. */
export interface Attempt extends RecordedRequest {
  readonly delivery: Delivery;
  readonly response: Buffer;
}

const storedSchema = z.strictObject({ file: z.string(), sha256: z.string() });
const manifestSchema = z.strictObject({
  /** The version of this form. */
  v: z.literal(1),
  recorded: z.iso.date(),
  /** Of what took part in the recording, by package. */
  versions: z.record(z.string(), z.string()),
  attempts: z.array(
    z.strictObject({
      delivery: deliverySchema,
      path: z.string(),
      headers: z.record(z.string(), z.string()),
      request: storedSchema,
      response: storedSchema,
    }),
  ),
});
type Manifest = z.infer<typeof manifestSchema>;

const MANIFEST = "manifest.json";
const root = new URL("../fixtures/journals/", import.meta.url);

/** Where new recordings go: the version of the library's wire types that they are of. */
const GENERATION = "v1";

/** A recording's place in the corpus. */
export interface RecordingId {
  readonly generation: string;
  readonly scenario: string;
}

/** All recordings, of all generations. */
export async function recordings(): Promise<RecordingId[]> {
  const found: RecordingId[] = [];
  for (const generation of await foldersOf(root)) {
    for (const scenario of await foldersOf(new URL(`${generation}/`, root))) {
      found.push({ generation, scenario });
    }
  }
  return found;
}

/** The place where a scenario is recorded now. */
export function placeFor(scenario: string): RecordingId {
  return { generation: GENERATION, scenario };
}

export function isRecorded(id: RecordingId): boolean {
  return existsSync(folderOf(id));
}

/** @throws Error when a file is missing, or is not what was recorded */
export async function readRecording(id: RecordingId): Promise<Attempt[]> {
  const folder = folderOf(id);
  const manifest = manifestSchema.parse(JSON.parse(await readFile(new URL(MANIFEST, folder), "utf8")));
  const unknown = new Set(await readdir(folder));
  unknown.delete(MANIFEST);
  const read = async ({ file, sha256 }: z.infer<typeof storedSchema>): Promise<Buffer> => {
    const bytes = unknown.delete(file) ? await readFile(new URL(file, folder)) : undefined;
    if (!bytes || hashOf(bytes) !== sha256) {
      throw new Error(
        `${fileURLToPath(new URL(file, folder))} is not what was recorded on ${manifest.recorded}. ` +
          "Restore it from version control: recordings are added, never changed.",
      );
    }
    return bytes;
  };
  const attempts: Attempt[] = [];
  for (const { request, response, ...attempt } of manifest.attempts) {
    attempts.push({ ...attempt, request: await read(request), response: await read(response) });
  }
  if (unknown.size > 0) {
    throw new Error(
      `${fileURLToPath(folder)} has files that no recording wrote: ${[...unknown].join(", ")}.`,
    );
  }
  return attempts;
}

/** @throws Error when there is a recording at that place */
export async function writeRecording(
  id: RecordingId,
  attempts: readonly Attempt[],
  versions: Readonly<Record<string, string>>,
): Promise<void> {
  if (isRecorded(id))
    throw new Error(`${id.generation}/${id.scenario} is recorded; recordings never change.`);
  // Complete or not there at all, also when the process ends in between.
  const unfinished = new URL(`${id.generation}/.${id.scenario}/`, root);
  await mkdir(unfinished, { recursive: true });
  const write = async (file: string, bytes: Buffer | string) => {
    const url = new URL(file, unfinished);
    await writeFile(url, bytes);
    await chmod(url, 0o444);
    return { file, sha256: hashOf(bytes) };
  };
  const manifest: Manifest = {
    v: 1,
    recorded: new Date().toISOString().slice(0, 10),
    versions,
    attempts: [],
  };
  for (const [n, { request, response, ...attempt }] of attempts.entries()) {
    const name = `${String(n + 1).padStart(2, "0")}-${attempt.delivery}`;
    manifest.attempts.push({
      ...attempt,
      request: await write(`${name}.request.bin`, request),
      response: await write(`${name}.response.bin`, response),
    });
  }
  await write(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(unfinished, folderOf(id));
}

async function foldersOf(url: URL): Promise<string[]> {
  const entries = existsSync(url) ? await readdir(url, { withFileTypes: true }) : [];
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function folderOf({ generation, scenario }: RecordingId): URL {
  return new URL(`${generation}/${scenario}/`, root);
}

function hashOf(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
