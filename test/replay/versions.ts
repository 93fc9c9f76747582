// The versions of what takes part in a recording.

import { readFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { z } from "zod";

const PACKAGES = [
  "@holdfast/durable-agents",
  "@openai/agents-core",
  "@restatedev/restate-sdk",
  "@restatedev/restate-server",
];

/** By package, and of Node. */
export async function versions(): Promise<Record<string, string>> {
  const found: Record<string, string> = { node: process.versions.node };
  // The server is a dependency of the local-restate package alone.
  const localRestate = import.meta.resolve("@holdfast/local-restate");
  for (const name of PACKAGES) {
    const from = name.endsWith("restate-server") ? localRestate : import.meta.url;
    const file = findPackageJSON(name, from);
    if (!file) throw new Error(`${name} is not installed`);
    found[name] = z.object({ version: z.string() }).parse(JSON.parse(await readFile(file, "utf8"))).version;
  }
  return found;
}
