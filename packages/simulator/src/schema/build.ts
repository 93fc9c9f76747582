/** Builds a value for a schema: from the conversation where there is something, from defaults where there is not. */
import type { Json, JsonObject } from "../json.ts";
import { defaultNumber, defaultString } from "./defaults.ts";
import { branches, resolve, typeOf } from "./resolve.ts";
import type { SchemaLike, SchemaNode } from "./schema-node.ts";
import { conforms } from "./validate.ts";

/**
 * Finds the value of one place in a schema; `undefined` when there is none. Whatever it gives must fit the node.
 *
 * @param path the names of the properties down to this place; an array's items have `*`
 */
export type Fill = (path: string[], node: SchemaNode) => Json | undefined;

// Deeper than any schema one writes; it ends those that refer to themselves.
const MAX_DEPTH = 16;

/** Builds a value that is valid against the schema, unless no value is. */
export function buildValue(root: SchemaNode, fill: Fill): Json {
  const value = build(root, [], { root, fill });
  if (conforms(root, value)) return value;
  return build(root, [], { root, fill: () => undefined });
}

interface Building {
  root: SchemaNode;
  fill: Fill;
}

function build(unresolved: SchemaLike, path: string[], building: Building): Json {
  const { root, fill } = building;
  const node = resolve(unresolved, root);
  const filled = fill(path, node);
  if (filled !== undefined) return filled;
  if (node.const !== undefined) return node.const;
  if (node.default !== undefined && conforms(node, node.default, root)) return node.default;
  if (node.enum?.[0] !== undefined) return node.enum[0];
  const union = branches(node, root);
  const [single = node] = union;
  if (union.length > 1) return buildUnion(union, path, building);
  if (single.const !== undefined || single.enum !== undefined) return build(single, path, building);
  const name = path.findLast((step) => step !== "*") ?? "value";
  switch (typeOf(single)) {
    case "null":
      return null;
    case "boolean":
      return false;
    case "integer":
    case "number":
      return defaultNumber(single, single.type === "integer");
    case "string":
      return defaultString(single, name);
    case "array":
      return buildArray(single, path, building);
    default:
      return buildObject(single, path, building);
  }
}

function buildUnion(union: SchemaNode[], path: string[], building: Building): Json {
  // Nothing is known, or `fill` would have told: null says so.
  if (union.some((branch) => typeOf(branch) === "null") || path.length > MAX_DEPTH) return null;
  for (const branch of union) {
    const value = build(branch, path, building);
    if (conforms(branch, value, building.root)) return value;
  }
  return null;
}

function buildArray(node: SchemaNode, path: string[], building: Building): Json {
  const items: Json[] = [];
  const { prefixItems = [], minItems = 0 } = node;
  for (let at = 0; at < Math.max(minItems, prefixItems.length); at += 1) {
    if (path.length <= MAX_DEPTH)
      items.push(build(prefixItems[at] ?? node.items ?? {}, [...path, "*"], building));
  }
  return items;
}

function buildObject(node: SchemaNode, path: string[], building: Building): Json {
  const result: JsonObject = {};
  const { properties = {}, required = [], additionalProperties = {} } = node;
  for (const [name, schema] of Object.entries(properties)) {
    if (required.includes(name)) {
      if (path.length <= MAX_DEPTH) result[name] = build(schema, [...path, name], building);
      continue;
    }
    // An optional property is there only when something is known of it.
    const filled = building.fill([...path, name], resolve(schema, building.root));
    if (filled !== undefined) result[name] = filled;
  }
  for (const name of required) {
    if (!Object.hasOwn(properties, name) && path.length <= MAX_DEPTH) {
      result[name] = build(additionalProperties, [...path, name], building);
    }
  }
  return result;
}
