// Versioned data files, such as the coverage plan: YAML, checked by zod when the process starts.

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/**
 * Reads a data file.
 *
 * @throws Error that names the file and every place in it that is wrong
 */
export function readYaml<S extends z.ZodType>(schema: S, file: string | URL): z.output<S> {
  const name = file instanceof URL ? file.pathname : file;
  let data: unknown;
  try {
    data = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(
      `Data file ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new Error(`Data file ${name} is wrong:\n${z.prettifyError(result.error)}`);
}
