/**
 * The part of JSON Schema that the simulator reads to build a value. What it does not read (a `not`, an `if`) still
 * counts: every value is checked by a full validator before it is sent.
 */
import { z } from "zod";
import type { Json } from "../json.ts";

/** A JSON schema, or `true` (anything) or `false` (nothing). */
export type SchemaLike = SchemaNode | boolean;

/** A JSON schema as an object; keywords not listed are kept as they are. */
export interface SchemaNode {
  [keyword: string]: unknown;
  $ref?: string | undefined;
  $defs?: Record<string, SchemaLike> | undefined;
  definitions?: Record<string, SchemaLike> | undefined;
  type?: string | string[] | undefined;
  const?: Json | undefined;
  enum?: Json[] | undefined;
  default?: Json | undefined;
  anyOf?: SchemaLike[] | undefined;
  oneOf?: SchemaLike[] | undefined;
  allOf?: SchemaLike[] | undefined;
  properties?: Record<string, SchemaLike> | undefined;
  required?: string[] | undefined;
  additionalProperties?: SchemaLike | undefined;
  items?: SchemaLike | undefined;
  prefixItems?: SchemaLike[] | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  pattern?: string | undefined;
  format?: string | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  exclusiveMinimum?: number | undefined;
  exclusiveMaximum?: number | undefined;
  multipleOf?: number | undefined;
}

const node: z.ZodType<SchemaLike> = z.lazy(() => z.union([z.boolean(), schemaNode]));
const nodes = z.record(z.string(), node).optional();
const list = z.array(node).min(1).optional();
const number = z.number().optional();

/** Reads a JSON schema from a request; the issues name the keyword that is not what it must be. */
export const schemaNode: z.ZodType<SchemaNode> = z.looseObject({
  $ref: z.string().optional(),
  $defs: nodes,
  definitions: nodes,
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.json().optional(),
  enum: z.array(z.json()).optional(),
  default: z.json().optional(),
  anyOf: list,
  oneOf: list,
  allOf: list,
  properties: nodes,
  required: z.array(z.string()).optional(),
  additionalProperties: node.optional(),
  items: node.optional(),
  prefixItems: list,
  minItems: number,
  maxItems: number,
  minLength: number,
  maxLength: number,
  pattern: z.string().optional(),
  format: z.string().optional(),
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: number,
});
