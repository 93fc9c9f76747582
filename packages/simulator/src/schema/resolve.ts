/** Follows references and merges `allOf`, so that the rest sees plain nodes. */
import type { SchemaLike, SchemaNode } from "./schema-node.ts";

/** The branches of a union, `type: [..]` included; a single one when the node is none. */
export function branches(node: SchemaNode, root: SchemaNode): SchemaNode[] {
  const { anyOf, oneOf, type, ...rest } = node;
  const union = anyOf ?? oneOf;
  // What stands beside the union holds for each branch.
  if (union !== undefined) {
    const base = type === undefined ? rest : { type, ...rest };
    return union.flatMap((branch) => branches(resolve(merge(base, resolve(branch, root)), root), root));
  }
  return Array.isArray(type) ? type.map((single) => ({ ...rest, type: single })) : [node];
}

/** The node itself: references followed, `allOf` merged in. */
export function resolve(node: SchemaLike, root: SchemaNode): SchemaNode {
  if (typeof node === "boolean") return node ? {} : { not: {} };
  let resolved = node;
  // A reference to itself would be followed for ever.
  for (let hops = 0; resolved.$ref !== undefined && hops < 32; hops += 1) {
    const { $ref, ...beside } = resolved;
    const found = target($ref, root) ?? false;
    resolved = merge(typeof found === "boolean" ? resolve(found, root) : found, beside);
  }
  const { allOf, ...rest } = resolved;
  return allOf === undefined ? resolved : allOf.reduce((sum, part) => merge(sum, resolve(part, root)), rest);
}

/** The type of a node that is no union; what it lacks is told by its other keywords. */
export function typeOf(node: SchemaNode): string | undefined {
  if (typeof node.type === "string") return node.type;
  if (node.properties !== undefined || node.required !== undefined) return "object";
  if (node.items !== undefined || node.prefixItems !== undefined) return "array";
  if (node.minLength !== undefined || node.pattern !== undefined || node.format !== undefined)
    return "string";
  return node.minimum !== undefined || node.maximum !== undefined || node.multipleOf !== undefined
    ? "number"
    : undefined;
}

function target(ref: string, root: SchemaNode): SchemaLike | undefined {
  if (ref === "#") return root;
  if (!ref.startsWith("#/")) return undefined;
  let at: unknown = root;
  for (const step of ref.slice(2).split("/")) {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  }
  return at as SchemaLike | undefined;
}

function merge(a: SchemaNode, b: SchemaNode): SchemaNode {
  const properties = a.properties || b.properties ? { ...a.properties, ...b.properties } : undefined;
  const required =
    a.required || b.required ? [...new Set([...(a.required ?? []), ...(b.required ?? [])])] : undefined;
  return { ...a, ...b, ...(properties && { properties }), ...(required && { required }) };
}
