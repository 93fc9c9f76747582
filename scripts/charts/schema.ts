// The JSON schema of a chart's values. Wrong types and keys that do not exist are refused with the key's name; a mistyped key would
// otherwise be a setting that silently does nothing.

import { parse } from "yaml";
import { z } from "zod";
import { type Comments, readComments, type Schema } from "./comments.ts";
import { definitions } from "./definitions.ts";

const object = z.record(z.string(), z.json());
type Values = z.output<typeof object>;

/** The values that a chart has by default. */
export const valuesOf = (valuesYaml: string): Values => object.parse(parse(valuesYaml));

export interface SchemaOptions {
  readonly title: string;
  /** Definitions beside the common ones. */
  readonly more?: Schema;
}

/** @throws Error naming the values without a description, and the comments about values that do not exist */
export function schemaOf(valuesYaml: string, { title, more = {} }: SchemaOptions): Schema {
  const values = valuesOf(valuesYaml);
  const comments = readComments(valuesYaml);
  const seen = new Set<string>();
  const properties = propertiesOf(values, "", comments, seen);
  const stray = [...comments.descriptions.keys(), ...comments.schemas.keys()].filter(
    (path) => !seen.has(path),
  );
  if (stray.length > 0)
    throw new Error(`values.yaml has comments about what it has not: ${stray.join(", ")}`);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    type: "object",
    // Helm hands `global` to every chart.
    properties: { ...properties, global: { type: "object" } },
    additionalProperties: false,
    $defs: { ...definitions, ...more },
  };
}

function propertiesOf(values: Values, parent: string, comments: Comments, seen: Set<string>): Schema {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const path = parent === "" ? key : `${parent}.${key}`;
      return [key, schemaAt(value, path, comments, seen)];
    }),
  );
}

function schemaAt(value: Values[string], path: string, comments: Comments, seen: Set<string>): Schema {
  seen.add(path);
  const description = comments.descriptions.get(path);
  const said = comments.schemas.get(path) ?? {};
  const type = comments.free.get(path) ?? typeOf(value);
  if (type === "object" && description === undefined) {
    const inner = object.parse(value);
    const properties = propertiesOf(inner, path, comments, seen);
    return { type, properties, additionalProperties: false };
  }
  if (description === undefined) throw new Error(`${path}: needs a line \`## @param ${path} …\``);
  const schema: Schema = { description, default: value };
  if (!("$ref" in said)) schema.type = type;
  if (type === "array") schema.items = { type: "object" };
  return { ...schema, ...said };
}

function typeOf(value: Values[string]): string {
  if (Array.isArray(value)) return "array";
  if (value === null) return "null";
  return Number.isInteger(value) ? "integer" : typeof value;
}
