/** Checks values against JSON schemas: the last word on everything the simulator builds. */
import { type Schema, Validator } from "@cfworker/json-schema";
import type { SchemaNode } from "./schema-node.ts";

/**
 * Whether a value is valid against a schema (draft 2020-12).
 *
 * @param root the schema whose `$defs` a part of it refers to, when `schema` is such a part
 */
export function conforms(schema: SchemaNode, value: unknown, root: SchemaNode = schema): boolean {
  const { $defs, definitions } = root;
  const whole = schema === root ? schema : { ...($defs && { $defs }), ...(definitions && { definitions }), ...schema };
  try {
    return new Validator(whole as Schema, "2020-12").validate(value).valid;
  } catch {
    // A reference that leads nowhere, or a pattern that is no regular expression: such a schema accepts nothing.
    return false;
  }
}
