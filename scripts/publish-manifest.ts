// Makes `npm pack` and `npm publish` work in a folder of this workspace. npm puts package.json into the tarball as it
// stands, while ours has forms that pnpm alone understands, and points to the sources. Called around the packing:
// `apply` builds and puts the published manifest and pages in place, `restore` puts the workspace's own back.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { packedDocs } from "./packed-docs.ts";

const MANIFEST = "package.json";
const REPLACED = [MANIFEST, "README.md"];
// Not in node_modules: what is left of a pack that was killed should be seen.
const KEPT = "workspace";
const BUILT = ["dist", "docs"];

const manifestSchema = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
  publishConfig: z.looseObject({ exports: z.unknown() }),
});

/**
 * The manifest that users of the package get.
 *
 * @throws Error when one of its dependencies has no range that npm understands
 */
export function publishedManifest(manifest: object): object {
  const { name: packageName, dependencies, peerDependencies, publishConfig } = manifestSchema.parse(manifest);
  for (const [name, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
    if (/^(workspace|catalog):/.test(range)) {
      throw new Error(
        `${packageName} depends on ${name} "${range}", which npm cannot install: give it a range of versions.`,
      );
    }
  }
  const { exports, ...config } = publishConfig;
  // Development takes place in the workspace alone.
  return { ...manifest, exports, publishConfig: config, devDependencies: undefined, scripts: undefined };
}

async function apply(): Promise<void> {
  if (existsSync(KEPT)) await restore();
  for (const folder of BUILT) await rm(folder, { recursive: true, force: true });
  // To stderr: npm's own stdout is read by programs.
  execFileSync("tsc", ["-p", "tsconfig.build.json"], { stdio: ["ignore", process.stderr, "inherit"] });
  const published = publishedManifest(JSON.parse(await readFile(MANIFEST, "utf8")));
  await mkdir(KEPT);
  for (const file of REPLACED) await copyFile(file, join(KEPT, file));
  const files = packedDocs().set(MANIFEST, `${JSON.stringify(published, null, 2)}\n`);
  for (const [path, content] of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

async function restore(): Promise<void> {
  for (const file of REPLACED) {
    if (existsSync(join(KEPT, file))) await rename(join(KEPT, file), file);
  }
  await rm(KEPT, { recursive: true });
  await rm("docs", { recursive: true, force: true });
}

if (import.meta.main) await (process.argv[2] === "apply" ? apply() : restore());
