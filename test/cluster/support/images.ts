// The images of what the sources are now, in the cluster, and which they are.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { images } from "../../../scripts/images/catalog.ts";
import { main as buildImages } from "../../../scripts/images/main.ts";
import { sourceVersion } from "../../../scripts/images/source-version.ts";
import { shell } from "./commands.ts";

const docker = promisify(execFile);

/** The version that tests install. */
export const VERSION = sourceVersion().version;
/** The version that they roll to: the same code under another name. */
export const NEXT_VERSION = `${VERSION}-next`;

/** Builds both versions and hands them to the cluster by the command that CLUSTER_LOAD_IMAGES names, if it names one. */
export async function provideImages(): Promise<void> {
  const load = process.env.CLUSTER_LOAD_IMAGES;
  if (!load) return;
  await buildImages([]);
  const names = images.map(({ service }) => `holdfast/${service}`);
  for (const name of names) await docker("docker", ["tag", `${name}:${VERSION}`, `${name}:${NEXT_VERSION}`]);
  await shell(load, ...names.flatMap((name) => [`${name}:${VERSION}`, `${name}:${NEXT_VERSION}`]));
}

/** Values that say where the images are. */
export function imageValues(): string[] {
  const registry = process.env.CLUSTER_IMAGE_REGISTRY;
  return registry ? [`images.registry=${registry}`] : [];
}
