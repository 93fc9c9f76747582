// Reads the comments of a chart's values.yaml: `## @param path [type] description`, which the README's tables are
// made of too, and `## @schema path {…}`, a part of a JSON schema.

import { parse } from "yaml";
import { z } from "zod";

const jsonSchema = z.record(z.string(), z.json());
/** A part of a JSON schema. */
export type Schema = z.output<typeof jsonSchema>;

export interface Comments {
  readonly descriptions: ReadonlyMap<string, string>;
  /** Of objects and arrays whose content is free: the default does not tell what may be in them. */
  readonly free: ReadonlyMap<string, "object" | "array">;
  readonly schemas: ReadonlyMap<string, Schema>;
}

const PARAM = /^##\s*@param\s+(\S+)\s+(?:\[(object|array)\]\s+)?(.*)$/;
const SCHEMA = /^##\s*@schema\s+(\S+)\s+(.*)$/;

/** @throws Error naming the path of a schema that is no YAML object */
export function readComments(text: string): Comments {
  const descriptions = new Map<string, string>();
  const free = new Map<string, "object" | "array">();
  const schemas = new Map<string, Schema>();
  for (const line of text.split("\n")) {
    const [, param, type, description = ""] = PARAM.exec(line) ?? [];
    if (param !== undefined) {
      descriptions.set(param, description);
      if (type === "object" || type === "array") free.set(param, type);
    }
    const [, path, source = ""] = SCHEMA.exec(line) ?? [];
    if (path === undefined) continue;
    const schema = jsonSchema.safeParse(parse(source));
    if (!schema.success) throw new Error(`@schema ${path}: must be an object in YAML, such as {minimum: 1}`);
    schemas.set(path, schema.data);
  }
  return { descriptions, free, schemas };
}
