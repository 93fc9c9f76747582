/** Checks values against JSON schemas: the last word on everything the simulator builds. */
import { type Schema, Validator } from "@cfworker/json-schema";
import type { SchemaLike } from "./schema-node.ts";

/**
 * Whether a value is valid against a schema (draft 2020-12).
 *
 * @param root the schema whose `$defs` a part of it refers to, when `schema` is such a part
 */
export function conforms(schema: SchemaLike, value: unknown, root: SchemaLike = schema): boolean {
  try {
    return new Validator(withDefinitions(schema, root) as Schema, "2020-12").validate(value).valid;
  } catch {
    // A reference that leads nowhere, or a pattern that is no regular expression: such a schema accepts nothing.
    return false;
  }
}

function withDefinitions(schema: SchemaLike, root: SchemaLike): SchemaLike {
  if (typeof schema === "boolean" || typeof root === "boolean" || schema === root) return schema;
  const { $defs, definitions } = root;
  return { ...($defs && { $defs }), ...(definitions && { definitions }), ...schema };
}
