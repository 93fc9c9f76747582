/** Follows references and merges `allOf`, so that the rest sees plain nodes. */
import type { SchemaLike, SchemaNode } from "./schema-node.ts";

/** The branches of a union, `type: [..]` included; a single one when the node is none. */
export function branches(node: SchemaNode, root: SchemaNode): SchemaNode[] {
  const { anyOf, oneOf, type, ...rest } = node;
  const union = anyOf ?? oneOf;
  if (union === undefined)
    return Array.isArray(type) ? type.map((single) => ({ ...rest, type: single })) : [node];
  // What stands beside the union holds for each branch.
  const base = type === undefined ? rest : { type, ...rest };
  return union.flatMap((branch) => branches(resolve(merge(base, resolve(branch, root)), root), root));
}

/** The node itself: references followed, `allOf` merged in. */
export function resolve(node: SchemaLike, root: SchemaNode): SchemaNode {
  let resolved = typeof node === "boolean" ? asNode(node) : node;
  // A reference to itself would be followed for ever.
  for (let hops = 0; resolved.$ref !== undefined && hops < 32; hops += 1) {
    const { $ref, ...beside } = resolved;
    resolved = merge(target($ref, root), beside);
  }
  const { allOf, ...rest } = resolved;
  return allOf === undefined
    ? resolved
    : allOf.reduce((sum: SchemaNode, part) => merge(sum, resolve(part, root)), rest);
}

/** The type of a node that is no union; what it lacks, its other keywords tell. */
export function typeOf(node: SchemaNode): string | undefined {
  const has = (...keywords: string[]) => keywords.some((keyword) => node[keyword] !== undefined);
  if (typeof node.type === "string") return node.type;
  if (has("properties", "required")) return "object";
  if (has("items", "prefixItems")) return "array";
  if (has("minLength", "pattern", "format")) return "string";
  return has("minimum", "maximum", "multipleOf") ? "number" : undefined;
}

const asNode = (schema: boolean): SchemaNode => (schema ? {} : { not: {} });

function target(ref: string, root: SchemaNode): SchemaNode {
  const steps = ref
    .split("/")
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
  let at: unknown = ref.startsWith("#") ? root : false;
  for (const step of steps)
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[step] : false;
  return typeof at === "object" && at !== null ? (at as SchemaNode) : asNode(at === true);
}

function merge(a: SchemaNode, b: SchemaNode): SchemaNode {
  const properties = (a.properties || b.properties) && { ...a.properties, ...b.properties };
  const required = (a.required || b.required) && [...new Set([...(a.required ?? []), ...(b.required ?? [])])];
  return { ...a, ...b, ...(properties && { properties }), ...(required && { required }) };
}
