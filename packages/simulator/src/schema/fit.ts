/** Brings a value from the conversation into the form that a schema asks for, when that can be done without inventing. */
import { plainName, sameName } from "../facts/names.ts";
import { toNumber } from "../facts/prose.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { branches, resolve, typeOf } from "./resolve.ts";
import type { SchemaLike, SchemaNode } from "./schema-node.ts";
import { conforms } from "./validate.ts";

/**
 * The value in the form of the schema, always valid against it: objects projected on their properties, numbers read
 * from text, enum values in their own spelling. `undefined` when it does not fit.
 *
 * @param root the schema that `node` is a part of
 */
export function fit(node: SchemaLike, value: Json, root: SchemaNode): Json | undefined {
  const fitted = project(resolve(node, root), value, root);
  return fitted !== undefined && conforms(node, fitted, root) ? fitted : undefined;
}

function project(node: SchemaNode, value: Json, root: SchemaNode): Json | undefined {
  if (node.const !== undefined) return sameLiteral(node.const, value) ? node.const : undefined;
  if (node.enum !== undefined) return node.enum.find((entry) => sameLiteral(entry, value));
  const union = branches(node, root);
  if (union.length > 1) {
    // A branch that takes the value as it is comes before one that would have to change it.
    if (union.some((branch) => conforms(branch, value, root))) return value;
    for (const branch of union) {
      const fitted = fit(branch, value, root);
      if (fitted !== undefined) return fitted;
    }
    return undefined;
  }
  const [single = node] = union;
  switch (typeOf(single)) {
    case "null":
      return value === null ? null : undefined;
    case "boolean":
      return toBoolean(value);
    case "integer": {
      const number = toNumber(value);
      return number === undefined ? undefined : Math.round(number);
    }
    case "number":
      return toNumber(value);
    case "string":
      return toText(single, value);
    case "array":
      return projectArray(single, value, root);
    case "object":
      return isObject(value) ? projectObject(single, value, root) : undefined;
    default:
      return value;
  }
}

function projectArray(node: SchemaNode, value: Json, root: SchemaNode): Json | undefined {
  if (!Array.isArray(value)) return undefined;
  if (node.prefixItems !== undefined) return value;
  const items = value.flatMap((entry) => {
    const fitted = node.items === undefined ? entry : fit(node.items, entry, root);
    return fitted === undefined ? [] : [fitted];
  });
  // All or nothing of it would be lost without a word.
  return value.length > 0 && items.length === 0 ? undefined : items.slice(0, node.maxItems ?? items.length);
}

function projectObject(node: SchemaNode, value: JsonObject, root: SchemaNode): Json | undefined {
  const { properties } = node;
  if (properties === undefined) return value;
  const result: JsonObject = {};
  let found = 0;
  for (const [name, schema] of Object.entries(properties)) {
    const key = Object.keys(value).find((candidate) => candidate === name) ?? likeKey(value, name);
    const own = key === undefined ? undefined : value[key];
    const fitted = own === undefined ? undefined : fit(schema, own, root);
    if (fitted !== undefined) {
      result[name] = fitted;
      if (fitted !== null) found += 1;
    } else if (node.required?.includes(name)) {
      // What may be null may be missing in the data.
      if (!conforms(schema, null, root)) return undefined;
      result[name] = null;
    }
  }
  return found > 0 || Object.keys(properties).length === 0 ? result : undefined;
}

function likeKey(value: JsonObject, name: string): string | undefined {
  return Object.keys(value).find((candidate) => sameName(candidate, name));
}

function sameLiteral(literal: Json, value: Json): boolean {
  if (typeof literal === "string" && typeof value === "string") return sameName(literal, value);
  if (typeof literal === "number") return toNumber(value) === literal;
  if (typeof literal === "boolean") return toBoolean(value) === literal;
  return literal === value;
}

function toBoolean(value: Json): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  if (["true", "yes"].includes(plainName(value))) return true;
  return ["false", "no"].includes(plainName(value)) ? false : undefined;
}

function toText(node: SchemaNode, value: Json): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return undefined;
  return value.length > (node.maxLength ?? value.length) ? value.slice(0, node.maxLength) : value;
}
