// What the compose file says, for tests that must not differ from it.

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).optional(),
      ports: z.array(z.string()).optional(),
      build: z.object({ args: z.record(z.string(), z.string()) }).optional(),
      read_only: z.boolean().optional(),
    }),
  ),
});
export type ComposeFile = z.output<typeof composeSchema>;

export const collectorConfig = new URL("../../../deploy/collector.yaml", import.meta.url);

/** The file as it is without any variable set: each `${NAME:-default}` is its default. */
export function readComposeFile(): ComposeFile {
  const text = readFileSync(new URL("../../../deploy/compose.yaml", import.meta.url), "utf8");
  const byDefault = (_key: unknown, value: unknown) =>
    typeof value === "string" ? value.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1") : value;
  return composeSchema.parse(parse(text, byDefault, { merge: true }));
}
