/** Builds a structured output: by the stand-in first, then from the data of the conversation, then from defaults. */
import { valuesNamed } from "../conversation/data.ts";
import type { Json } from "../json.ts";
import { fitSchema } from "../schema/fit-schema.ts";
import { typeOf } from "../schema/resolve.ts";
import type { SchemaNode } from "../schema/schema-node.ts";
import { permissiveValues } from "./obedience.ts";
import { isReason, marked, reasonsFor } from "./reasons.ts";
import { allData, type Turn } from "./turn.ts";
import { fromProse } from "./values.ts";

/** A value that is always valid against the schema. */
export function structuredAnswer(schema: SchemaNode, turn: Turn): Json {
  const { data, obedient, standIn, conversation } = turn;
  const own = obedient ? undefined : standIn?.answer?.(conversation);
  // What the user claims, for who obeys; else a tool outranks the user.
  const sources = obedient ? [...data.user, ...data.results] : allData(data);
  return fitSchema(schema, function* (name, node) {
    if (name === "") {
      // Where any JSON object is asked for, there is no property to fill.
      const isOpen = schema.type === "object" && schema.properties === undefined;
      if (typeof own === "object") yield markReasons(own);
      else if (isOpen) yield { reasons: reasonsFor("reasons", data)[0] ?? [] };
      return;
    }
    if (obedient) yield* permissiveValues(name, node, schema);
    if (isReason(name)) yield* reasonsFor(name, data);
    // Who obeys decides on each property of an object.
    else if (!obedient || typeOf(node) !== "object") yield* valuesNamed(sources, name);
    if (data.user.length === 0) yield* fromProse(data.prose, name, node, schema);
  });
}

function markReasons(own: Readonly<Record<string, Json | undefined>>): Json {
  const mark = (value: Json): Json =>
    typeof value === "string" ? marked(value) : Array.isArray(value) ? value.map(mark) : value;
  const entries = Object.entries(own).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, isReason(name) ? mark(value) : value]));
}
