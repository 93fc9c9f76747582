// Makes `npm pack` and `npm publish` work in a folder of this workspace. npm puts package.json into the tarball as it
// stands, while ours has forms that pnpm alone understands, and points to the sources. Called around the packing:
// `apply` builds and puts the published manifest in place, `restore` puts the workspace's own back.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, readFile, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";

const MANIFEST = "package.json";
// Not in node_modules: what is left of a pack that was killed should be seen.
const WORKSPACE_MANIFEST = "package.workspace.json";

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
  if (existsSync(WORKSPACE_MANIFEST)) await restore();
  await rm("dist", { recursive: true, force: true });
  // To stderr: npm's own stdout is read by programs.
  execFileSync("tsc", ["-p", "tsconfig.build.json"], { stdio: ["ignore", process.stderr, "inherit"] });
  const published = publishedManifest(JSON.parse(await readFile(MANIFEST, "utf8")));
  await copyFile(MANIFEST, WORKSPACE_MANIFEST);
  await writeFile(MANIFEST, `${JSON.stringify(published, null, 2)}\n`);
}

async function restore(): Promise<void> {
  await rename(WORKSPACE_MANIFEST, MANIFEST);
}

if (import.meta.main) await (process.argv[2] === "apply" ? apply() : restore());
