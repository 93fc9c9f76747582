/** Finds the value of one place in a schema in the data of a conversation, or in its prose. */
import type { Fact, Facts } from "../facts/collect-facts.ts";
import { everyValue, lookup } from "../facts/lookup.ts";
import { nameWords } from "../facts/names.ts";
import { findAmount, findDate, findLabelled, findPlace, mentions } from "../facts/prose.ts";
import { isObject, type Json } from "../json.ts";
import { fit } from "../schema/fit.ts";
import { branches, typeOf } from "../schema/resolve.ts";
import type { SchemaNode } from "../schema/schema-node.ts";

/** A same-named value that fits; first one under the same parents, then one anywhere. */
export function sameNamed(
  sources: Fact[],
  path: string[],
  node: SchemaNode,
  root: SchemaNode,
): Json | undefined {
  const names = path.filter((step) => step !== "*");
  const accept = (value: Json): Json | undefined => fit(node, value, root);
  const whole = names.length > 1 ? lookup(sources, names, accept) : undefined;
  return whole ?? lookup(sources, names.slice(-1), accept);
}

/** An object in the data that has all that an object schema requires, projected on the schema. */
export function wholeObject(sources: Fact[], node: SchemaNode, root: SchemaNode): Json | undefined {
  const objects = branches(node, root).filter((branch) => typeOf(branch) === "object" && branch.properties);
  if (objects.length === 0) return undefined;
  for (const { value } of sources) {
    for (const candidate of everyValue(value)) {
      const fitted = isObject(candidate) ? fit(node, candidate, root) : undefined;
      if (fitted !== undefined) return fitted;
    }
  }
  return undefined;
}

/** What the prose of the newest message says: a labelled value, an amount, a date, a place, a word of an enum. */
export function fromProse(
  { prose }: Facts,
  name: string,
  node: SchemaNode,
  root: SchemaNode,
): Json | undefined {
  if (prose === "") return undefined;
  const accept = (value: Json | undefined): Json | undefined =>
    value === undefined ? undefined : fit(node, value, root);
  const labelled = accept(findLabelled(prose, name));
  if (labelled !== undefined) return labelled;
  for (const branch of branches(node, root)) {
    const value = accept(readAs(branch, name, prose));
    if (value !== undefined) return value;
  }
  return undefined;
}

function readAs(node: SchemaNode, name: string, prose: string): Json | undefined {
  if (node.enum !== undefined) {
    return node.enum.find((entry) => typeof entry === "string" && mentions(prose, entry));
  }
  const type = typeOf(node);
  if (type === "number" || type === "integer") return findAmount(prose);
  if (type !== "string") return undefined;
  const date =
    node.format?.startsWith("date") || nameWords(name).includes("date") ? findDate(prose) : undefined;
  return date !== undefined && node.format === "date-time"
    ? `${date}T00:00:00Z`
    : (date ?? findPlace(prose, name));
}
