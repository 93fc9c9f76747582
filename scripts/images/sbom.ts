// The list of an image's parts: what bundling found in the service's files, and the Node that runs them. (The operating
// system's packages are listed by the base image.)

import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";

const sbomSchema = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  components: z.array(z.looseObject({ name: z.string(), version: z.string().optional() })).min(1),
});

/** Adds Node to a bundle's list. @returns how many parts the image has */
export async function addNode(file: string, nodeVersion: string): Promise<number> {
  const sbom = sbomSchema.parse(JSON.parse(await readFile(file, "utf8")));
  const purl = `pkg:generic/node@${nodeVersion}`;
  const node = { type: "platform", name: "node", version: nodeVersion, "bom-ref": purl, purl };
  const components = [...sbom.components, node];
  await writeFile(file, `${JSON.stringify({ ...sbom, components }, null, 2)}\n`);
  return components.length;
}
