// Packs the library as `npm pack` in its folder does, but in a copy of it: `npm pack` changes package.json for a moment,
// while tests and services that run meanwhile read it. Called directly, it checks the tarball: `publint` or `types`.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const root = fileURLToPath(new URL("..", import.meta.url));
const library = "packages/durable-agents";
// What its prepack script reads.
const needed = [
  "tsconfig.base.json",
  "scripts/publish-manifest.ts",
  "scripts/packed-docs.ts",
  "docs/guide",
  "docs/api",
];
const generated = ["node_modules", "dist"];

const packedSchema = z.tuple([z.object({ filename: z.string() })]);

/**
 * Builds and packs the library.
 *
 * @param destination an existing folder
 * @returns the tarball's path
 */
export function packLibrary(destination: string): string {
  const copy = mkdtempSync(join(tmpdir(), "holdfast-pack-"));
  try {
    mkdirSync(join(copy, library), { recursive: true });
    for (const file of needed) cpSync(join(root, file), join(copy, file), { recursive: true });
    const skipped = new Set(generated.map((name) => join(root, library, name)));
    cpSync(join(root, library), join(copy, library), {
      recursive: true,
      filter: (source) => !skipped.has(source),
    });
    for (const folder of ["", library]) {
      symlinkSync(join(root, folder, "node_modules"), join(copy, folder, "node_modules"));
    }
    const output = execFileSync(
      "npm",
      ["pack", "--json", "--loglevel=error", "--pack-destination", destination],
      {
        cwd: join(copy, library),
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const [{ filename }] = packedSchema.parse(JSON.parse(output));
    return join(destination, filename);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const checks = {
  publint: ["publint", "run", "--strict"],
  // ES modules alone; Node 22 can also require() them.
  types: ["attw", "--profile", "esm-only", "--no-emoji"],
} as const;

if (import.meta.main) {
  const [command, ...args] = checks[z.enum(["publint", "types"]).parse(process.argv[2])];
  const folder = mkdtempSync(join(tmpdir(), "holdfast-packed-"));
  try {
    execFileSync("npx", [command, ...args, packLibrary(folder)], { cwd: root, stdio: "inherit" });
  } catch {
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
