/**
 * The part of JSON Schema that the simulator reads to build a value. What it does not read (a `not`, an `if`) still
 * counts: every value is checked by a full validator before it is sent.
 */
import { z } from "zod";
import type { Json } from "../json.ts";

/** A JSON schema; keywords not listed are kept as they are. */
export interface SchemaNode {
  [keyword: string]: unknown;
  $ref?: string | undefined;
  $defs?: Record<string, SchemaNode> | undefined;
  definitions?: Record<string, SchemaNode> | undefined;
  type?: string | string[] | undefined;
  const?: Json | undefined;
  enum?: Json[] | undefined;
  default?: Json | undefined;
  anyOf?: SchemaNode[] | undefined;
  oneOf?: SchemaNode[] | undefined;
  allOf?: SchemaNode[] | undefined;
  properties?: Record<string, SchemaNode> | undefined;
  required?: string[] | undefined;
  additionalProperties?: SchemaNode | undefined;
  items?: SchemaNode | undefined;
  prefixItems?: SchemaNode[] | undefined;
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

// `true` and `false` are schemas as well; as objects they need no special case anywhere else.
const booleanAsObject = (value: unknown): unknown =>
  value === true ? {} : value === false ? { not: {} } : value;

const node = z.lazy(() => schemaNode);
const nodes = z.record(z.string(), node).optional();
const list = z.array(node).min(1).optional();

/** Reads a JSON schema from a request; the issues name the keyword that is not what it must be. */
export const schemaNode: z.ZodType<SchemaNode> = z.preprocess(
  booleanAsObject,
  z.looseObject({
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
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    multipleOf: z.number().optional(),
  }),
) as z.ZodType<SchemaNode>;
