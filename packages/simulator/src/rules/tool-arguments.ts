/** Builds the arguments of a tool call from the tool's schema and the conversation. */
import type { Facts } from "../facts/collect-facts.ts";
import type { Json } from "../json.ts";
import { buildValue } from "../schema/build.ts";
import { fit } from "../schema/fit.ts";
import { typeOf } from "../schema/resolve.ts";
import type { SchemaNode } from "../schema/schema-node.ts";
import { fromProse, sameNamed, wholeObject } from "./find-value.ts";

/** Arguments that are valid against the schema: data of the users first, then what tools returned, then prose. */
export function toolArguments(parameters: SchemaNode, facts: Facts): Json {
  const sources = [...facts.user, ...facts.results, ...facts.calls];
  return buildValue(parameters, (path, node) => {
    const name = path.at(-1);
    if (name === "*") return undefined;
    // Only what a user sent is taken as a whole: a tool's result may repeat a field with another value.
    if (name === undefined) return wholeObject(facts.user, node, parameters);
    return (
      sameNamed(sources, path, node, parameters) ??
      wholeObject(sources, node, parameters) ??
      fromProse(facts, name, node, parameters) ??
      wholeMessage(facts, node, parameters)
    );
  });
}

// A text that nothing else fills is what the user said: an agent used as a tool takes its input so.
function wholeMessage({ message }: Facts, node: SchemaNode, root: SchemaNode): Json | undefined {
  const free = typeOf(node) === "string" && node.format === undefined && node.enum === undefined;
  return free && message !== "" ? fit(node, message, root) : undefined;
}
