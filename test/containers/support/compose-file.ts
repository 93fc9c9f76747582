// Reads the compose file, for tests that must not differ from it.

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      /** Files that are laid over another have none. */
      image: z.string().default(""),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).optional(),
      ports: z.array(z.string()).optional(),
      build: z.object({ args: z.record(z.string(), z.string()) }).optional(),
      read_only: z.boolean().optional(),
    }),
  ),
});
export type ComposeFile = z.output<typeof composeSchema>;

/** The collector's configurations: its own, and what is laid over it. */
export const collectorConfigs = new URL("../../../deploy/otel/", import.meta.url);

/** The file as it is without any variable set: each `${NAME:-default}` is its default. */
export function readComposeFile(name = "compose.yaml"): ComposeFile {
  const text = readFileSync(new URL(`../../../deploy/${name}`, import.meta.url), "utf8");
  const byDefault = (_key: unknown, value: unknown) =>
    typeof value === "string" ? value.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1") : value;
  return composeSchema.parse(parse(text, byDefault, { merge: true }));
}
