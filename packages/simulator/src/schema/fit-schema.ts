/** Builds a value for a schema: from candidates where one fits, from the plainest values where none does. */
import { plainName, sameName } from "../conversation/names.ts";
import { toNumber } from "../conversation/prose.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { plainNumber, plainString } from "./plain-values.ts";
import { branches, resolve, typeOf } from "./resolve.ts";
import type { SchemaLike, SchemaNode } from "./schema-node.ts";
import { conforms } from "./validate.ts";

/** The values that may fill a property of this name, best first; the root's name is empty. */
export type Candidates = (name: string, node: SchemaNode) => Iterable<Json>;

// Deeper than any schema one writes; it ends those that refer to themselves.
const MAX_DEPTH = 16;

/** A value that is valid against the schema, unless no value is. */
export function fitSchema(root: SchemaNode, candidates: Candidates): Json {
  const value = new Fitting(root, candidates).build(root, "");
  return conforms(root, value) ? value : new Fitting(root, () => []).build(root, "");
}

class Fitting {
  readonly #root: SchemaNode;
  readonly #candidates: Candidates;

  constructor(root: SchemaNode, candidates: Candidates) {
    this.#root = root;
    this.#candidates = candidates;
  }

  build(like: SchemaLike, name: string, depth = 0): Json {
    const node = resolve(like, this.#root);
    const found = this.#find(node, name, depth);
    return found === undefined ? this.#plainest(node, name, depth) : found;
  }

  #find(node: SchemaNode, name: string, depth: number): Json | undefined {
    return firstDefined(this.#candidates(name, node), (candidate) => this.#fit(node, candidate, depth));
  }

  /** The value in the form of the node: objects projected on their properties, numbers read from text. */
  #fit(like: SchemaLike, value: Json, depth: number): Json | undefined {
    const formsIn = (node: SchemaNode): Json[] => {
      const { properties, items, prefixItems, maxItems } = node;
      if (isObject(value) && properties !== undefined) {
        const isAbout = Object.keys(properties).some((name) => propertyOf(value, name) !== undefined);
        return isAbout || Object.keys(properties).length === 0 ? [this.#object(node, value, depth)] : [];
      }
      if (!Array.isArray(value) || items === undefined || prefixItems !== undefined)
        return formsOf(value, node);
      const fitted = value
        .map((entry) => this.#fit(items, entry, depth + 1))
        .filter((entry) => entry !== undefined);
      // When none of it fits, it is something else.
      return value.length > 0 && fitted.length === 0 ? [] : [fitted.slice(0, maxItems)];
    };
    const isValid = (form: Json) => conforms(like, form, this.#root);
    return firstDefined(branches(resolve(like, this.#root), this.#root), (node) =>
      formsIn(node).find(isValid),
    );
  }

  /** The properties of a value in the form of the node; what is missing is built, an optional one if it is known. */
  #object(node: SchemaNode, value: JsonObject, depth: number): JsonObject {
    const { properties = {}, required = [], additionalProperties = {} } = node;
    const result: JsonObject = {};
    if (depth > MAX_DEPTH) return result;
    for (const name of new Set([...Object.keys(properties), ...required])) {
      const schema = properties[name] ?? additionalProperties;
      const own = propertyOf(value, name);
      const fitted = own === undefined ? undefined : this.#fit(schema, own, depth + 1);
      const isRequired = fitted === undefined && required.includes(name);
      const entry = isRequired ? this.build(schema, name, depth + 1) : fitted;
      const known = entry === undefined ? this.#find(resolve(schema, this.#root), name, depth + 1) : entry;
      if (known !== undefined) result[name] = known;
    }
    return result;
  }

  #plainest(node: SchemaNode, name: string, depth: number): Json {
    const options = branches(node, this.#root);
    const isUnion = options.length > 1;
    // Nothing is known, or a candidate had fitted: null says so.
    if (isUnion && (depth > MAX_DEPTH || options.some((option) => typeOf(option) === "null"))) return null;
    const valid = firstDefined(options, (option) => {
      const given = [option.const, option.default, option.enum?.[0]].filter((value) => value !== undefined);
      const values = [
        ...given.filter((value) => conforms(option, value, this.#root)),
        this.#ofType(option, name, depth),
      ];
      return values.find((value) => !isUnion || conforms(node, value, this.#root));
    });
    return valid ?? null;
  }

  #ofType(node: SchemaNode, name: string, depth: number): Json {
    const { items = {}, prefixItems = [], minItems = 0 } = node;
    const type = typeOf(node);
    if (type === "null") return null;
    if (type === "boolean") return false;
    if (type === "integer" || type === "number") return plainNumber(node);
    if (type === "string") return plainString(node, name);
    if (type !== "array") return this.#object(node, {}, depth);
    const length = depth > MAX_DEPTH ? 0 : Math.max(minItems, prefixItems.length);
    const itemOf = (at: number) => resolve(prefixItems[at] ?? items, this.#root);
    return Array.from({ length }, (_, at) => this.#plainest(itemOf(at), name, depth + 1));
  }
}

function propertyOf(value: JsonObject, name: string): Json | undefined {
  return Object.entries(value).find(([key]) => sameName(key, name))?.[1];
}

/** The ways to write a value: as it is, in the schema's spelling, as a number, as a truth, as text. */
function formsOf(value: Json, { enum: literals = [], const: literal, type, maxLength }: SchemaNode): Json[] {
  const word = typeof value === "object" ? "" : String(value);
  const spelled = [...literals, literal].find((entry) => typeof entry === "string" && sameName(entry, word));
  const truth = { true: true, yes: true, false: false, no: false }[plainName(word)];
  const number = toNumber(value);
  const whole = type === "integer" && number !== undefined ? Math.round(number) : number;
  const forms = [value, spelled, whole, truth, ...(word === "" ? [] : [word.slice(0, maxLength)])];
  return forms.filter((form) => form !== undefined);
}

function firstDefined<T, R>(values: Iterable<T>, find: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
