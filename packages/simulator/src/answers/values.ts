/** Builds the arguments of tool calls, and reads values for a schema out of prose. */
import { type ConversationData, valuesNamed } from "../conversation/data.ts";
import { nameWords } from "../conversation/names.ts";
import { findAmount, findDate, findPlace, mentions } from "../conversation/prose.ts";
import type { Json } from "../json.ts";
import { fitSchema } from "../schema/fit-schema.ts";
import { branches, typeOf } from "../schema/resolve.ts";
import type { SchemaNode } from "../schema/schema-node.ts";

/** Arguments that are valid against the schema: data of the users first, then what tools returned, then prose. */
export function toolArguments(parameters: SchemaNode, data: ConversationData): Json {
  const { user, results, calls, prose, message } = data;
  return fitSchema(parameters, function* (name, node) {
    if (name === "") return;
    yield* valuesNamed([...user, ...results, ...calls], name);
    yield* fromProse(prose, name, node, parameters);
    // A text that nothing else fills is what the user said: an agent used as a tool takes its input so.
    const isFree = typeOf(node) === "string" && node.format === undefined && node.enum === undefined;
    if (isFree && message !== "") yield message;
  });
}

/** The values that prose has for a field, for each form that the schema allows: an amount, a date, a place, a word. */
export function fromProse(prose: string, name: string, schema: SchemaNode, root: SchemaNode): Json[] {
  return branches(schema, root).flatMap((node): Json[] => {
    const type = typeOf(node);
    if (node.enum !== undefined)
      return node.enum.filter((word) => typeof word === "string" && mentions(prose, word));
    if (type === "number" || type === "integer") return [findAmount(prose) ?? []].flat();
    if (type !== "string") return [];
    const isDate = node.format?.startsWith("date") || nameWords(name).includes("date");
    const date = isDate ? findDate(prose) : undefined;
    return [
      date === undefined ? findPlace(prose, name) : node.format === "date-time" ? `${date}T00:00:00Z` : date,
    ].filter((value) => value !== undefined);
  });
}
