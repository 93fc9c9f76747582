// Names the values that one JSON schema allows and another refuses, for the schemas that zod writes.

import { isDeepStrictEqual } from "node:util";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonSchema = { readonly [keyword: string]: Json };

/** How a reader takes what its schema does not have. */
export interface Reader {
  /** Passes over fields that it does not know. */
  readonly unknownFields: boolean;
  /** Passes over names and variants that it does not know. */
  readonly unknownKinds: boolean;
}

/** Where, as a dotted path (`[]` for the items of a list), and why. */
export interface Refusal {
  readonly field: string;
  readonly why: string;
}

const LEAST = ["minLength", "minItems", "minimum", "exclusiveMinimum"] as const;
const MOST = ["maxLength", "maxItems", "maximum", "exclusiveMaximum"] as const;
const COMPARED = new Set<string>([
  "type",
  "enum",
  "const",
  "anyOf",
  "oneOf",
  "properties",
  "required",
  "items",
]);
const OTHERS = new Set<string>([
  "additionalProperties",
  "default",
  "$ref",
  "$defs",
  "x-stored",
  ...LEAST,
  ...MOST,
]);

/** What `taken` refuses of all that `given` allows. None means that every given value is taken. */
export function refusals(taken: JsonSchema, given: JsonSchema, reader: Reader): Refusal[] {
  return new Comparison(taken, given, reader).compare(taken, given, "");
}

class Comparison {
  readonly #taken: JsonSchema;
  readonly #given: JsonSchema;
  readonly #reader: Reader;
  /** Pairs of references that are being compared: a recursive schema refers to itself. */
  readonly #open = new Set<string>();

  constructor(taken: JsonSchema, given: JsonSchema, reader: Reader) {
    this.#taken = taken;
    this.#given = given;
    this.#reader = reader;
  }

  compare(taken: JsonSchema, given: JsonSchema, field: string): Refusal[] {
    const pair = `${taken.$ref} ${given.$ref}`;
    if (this.#open.has(pair)) return [];
    if (taken.$ref !== undefined || given.$ref !== undefined) {
      if (taken.$ref !== undefined && given.$ref !== undefined) this.#open.add(pair);
      return this.compare(resolved(taken, this.#taken), resolved(given, this.#given), field);
    }
    const givenVariants = variantsOf(given);
    if (givenVariants) return givenVariants.flatMap((variant) => this.compare(taken, variant, field));
    const takenVariants = variantsOf(taken);
    if (takenVariants) return this.#someTakes(takenVariants, given, field);
    return [
      ...this.#types(taken, given, field),
      ...this.#values(taken, given, field),
      ...this.#bounds(taken, given, field),
      ...this.#fields(taken, given, field),
      ...(isSchema(taken.items) && isSchema(given.items)
        ? this.compare(taken.items, given.items, `${field}[]`)
        : []),
      ...this.#rest(taken, given, field),
    ];
  }

  #someTakes(variants: readonly JsonSchema[], given: JsonSchema, field: string): Refusal[] {
    const found = variants.map((variant) => this.compare(variant, given, field));
    if (found.some((refused) => refused.length === 0)) return [];
    const kind = kindOf(given);
    const same = variants.findIndex((variant) => kind !== undefined && kindOf(variant) === kind);
    if (same >= 0) return found[same] ?? [];
    return this.#reader.unknownKinds ? [] : [{ field, why: `has no variant for ${kind ?? typeOf(given)}` }];
  }

  #types(taken: JsonSchema, given: JsonSchema, field: string): Refusal[] {
    const same = taken.type === undefined || taken.type === given.type;
    if (same || (taken.type === "number" && given.type === "integer")) return [];
    return [{ field, why: `takes ${typeOf(taken)}, and may be ${typeOf(given)}` }];
  }

  #values(taken: JsonSchema, given: JsonSchema, field: string): Refusal[] {
    const [known, possible] = [valuesOf(taken), valuesOf(given)];
    if (!known || (this.#reader.unknownKinds && given.type === "string" && taken.type === "string"))
      return [];
    if (!possible) return [{ field, why: `takes ${known.join(", ")} alone, and may be another` }];
    const others = possible.filter((value) => !known.includes(value));
    return others.map((value) => ({ field, why: `does not take ${value}` }));
  }

  #bounds(taken: JsonSchema, given: JsonSchema, field: string): Refusal[] {
    return [
      ...LEAST.filter((bound) => !isWithin(taken[bound], bound, given, 1)),
      ...MOST.filter((bound) => !isWithin(taken[bound], bound, given, -1)),
    ].map((bound) => ({ field, why: `has a ${bound} of ${taken[bound]}, and may be beyond it` }));
  }

  #fields(taken: JsonSchema, given: JsonSchema, field: string): Refusal[] {
    const [known, sent] = [fieldsOf(taken), fieldsOf(given)];
    const required = (schema: JsonSchema, name: string) =>
      Array.isArray(schema.required) && schema.required.includes(name);
    const at = (name: string) => (field ? `${field}.${name}` : name);
    const missing = Object.keys(known)
      .filter((name) => required(taken, name) && !required(given, name))
      .map((name) => ({ field: at(name), why: "is required, and may be missing" }));
    const sentFields = Object.entries(sent).flatMap(([name, schema]) => {
      const own = known[name];
      if (own) return this.compare(own, schema, at(name));
      return this.#reader.unknownFields ? [] : [{ field: at(name), why: "is not known" }];
    });
    return [...missing, ...sentFields, ...this.#furtherFields(taken, given, field)];
  }

  #furtherFields(taken: JsonSchema, given: JsonSchema, field: string): Refusal[] {
    const [known, sent] = [taken.additionalProperties, given.additionalProperties];
    if (this.#reader.unknownFields || sent === false || known === undefined) return [];
    if (isSchema(known) && isSchema(sent)) return this.compare(known, sent, `${field}.*`);
    return isDeepStrictEqual(known, sent) ? [] : [{ field, why: "does not take every further field" }];
  }

  /** Patterns and formats, and every keyword that this file does not know: they have to be the same. */
  #rest(taken: JsonSchema, given: JsonSchema, field: string): Refusal[] {
    return Object.keys(taken)
      .filter((keyword) => !COMPARED.has(keyword) && !OTHERS.has(keyword))
      .filter((keyword) => !isDeepStrictEqual(taken[keyword], given[keyword]))
      .map((keyword) => ({ field, why: `has another ${keyword}` }));
  }
}

function isSchema(value: Json | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws Error for a reference that leads nowhere */
function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (typeof schema.$ref !== "string") return schema;
  const names = schema.$ref.split("/").slice(1);
  const found = names.reduce<Json | undefined>((at, name) => (isSchema(at) ? at[name] : undefined), root);
  if (!isSchema(found)) throw new Error(`${schema.$ref} leads nowhere`);
  return found;
}

function variantsOf(schema: JsonSchema): readonly JsonSchema[] | undefined {
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type }));
  const variants = schema.anyOf ?? schema.oneOf;
  return Array.isArray(variants) ? variants.filter(isSchema) : undefined;
}

function fieldsOf({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return isSchema(properties) ? (properties as Readonly<Record<string, JsonSchema>>) : {};
}

function valuesOf(schema: JsonSchema): string[] | undefined {
  const values = schema.const === undefined ? schema.enum : [schema.const];
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : undefined;
}

/** The constant that tells a variant from the others, such as `type "received"`. */
function kindOf(schema: JsonSchema): string | undefined {
  const constant = Object.entries(fieldsOf(schema)).find(([, field]) => field.const !== undefined);
  return constant && `${constant[0]} ${JSON.stringify(constant[1].const)}`;
}

function typeOf(schema: JsonSchema): string {
  return typeof schema.type === "string" ? schema.type : "anything";
}

/** @param side 1 for a least value, -1 for a most one */
function isWithin(bound: Json | undefined, keyword: string, given: JsonSchema, side: 1 | -1): boolean {
  if (typeof bound !== "number") return true;
  const of = (name: string) => {
    const value = given[name];
    return typeof value === "number" ? value * side : Number.NEGATIVE_INFINITY;
  };
  const isExclusive = keyword.startsWith("exclusive");
  const [inclusive, exclusive] = isExclusive
    ? [keyword.replace("exclusiveM", "m"), keyword]
    : [keyword, keyword.replace("m", "exclusiveM")];
  const least = bound * side;
  return of(exclusive) >= least || (isExclusive ? of(inclusive) > least : of(inclusive) >= least);
}
