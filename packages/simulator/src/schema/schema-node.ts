/**
 * The part of JSON Schema that the simulator reads to build a value. What it does not read (a `not`, an `if`) still
 * counts: every value is checked by a full validator before it is sent.
 */
import { z } from "zod";
import { isObject, type Json } from "../json.ts";

/** A JSON schema, or `true` (anything) or `false` (nothing). */
export type SchemaLike = SchemaNode | boolean;

type Nodes = Record<string, SchemaLike> | undefined;
type Bound = "minItems" | "maxItems" | "minLength" | "maxLength" | "multipleOf" | NumberBound;
type NumberBound = "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum";

/** A JSON schema as an object; keywords not listed are kept as they are. */
export interface SchemaNode extends Partial<Record<Bound, number | undefined>> {
  [keyword: string]: unknown;
  $ref?: string | undefined;
  $defs?: Nodes;
  definitions?: Nodes;
  type?: string | string[] | undefined;
  const?: Json | undefined;
  enum?: Json[] | undefined;
  default?: Json | undefined;
  anyOf?: SchemaLike[] | undefined;
  oneOf?: SchemaLike[] | undefined;
  allOf?: SchemaLike[] | undefined;
  properties?: Nodes;
  required?: string[] | undefined;
  additionalProperties?: SchemaLike | undefined;
  items?: SchemaLike | undefined;
  prefixItems?: SchemaLike[] | undefined;
  pattern?: string | undefined;
  format?: string | undefined;
}

/** Reads a JSON schema from a request. A keyword of another kind than it must be makes a schema that accepts nothing. */
export const schemaNode = z.custom<SchemaNode>(isObject, "must be a JSON schema as an object");
