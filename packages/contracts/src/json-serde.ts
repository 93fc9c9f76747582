// The one serde of all contracts: it validates with zod on the way in, and its messages name the field and the rule
// and never the value, since Restate copies them into replies, logs and its tables.

import type { Serde } from "@restatedev/restate-sdk-core";
import { z } from "zod";

/** One thing that is wrong with an input: where, as a dotted path (empty for the whole), and the rule it breaks. */
export interface Problem {
  readonly field: string;
  readonly rule: string;
}

/** Thrown when a value does not fit its schema. The message is safe to show and to log. */
export class InvalidInputError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ field, rule }) => (field ? `${field}: ${rule}` : rule)).join("; "));
    this.name = "InvalidInputError";
    this.problems = problems;
  }
}

const MAX_PROBLEMS = 10;

/** Parses a value by a schema. @throws InvalidInputError */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  // Without its input an issue does not tell what is missing from what has another type.
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new InvalidInputError(result.error.issues.slice(0, MAX_PROBLEMS).map(toProblem));
}

/** Parses JSON text or bytes by a schema. @throws InvalidInputError also when it is no JSON, or nothing at all */
export function parseJson<S extends z.ZodType>(schema: S, json: string | Uint8Array): z.output<S> {
  const text = typeof json === "string" ? json : new TextDecoder().decode(json);
  if (text.trim() === "") throw new InvalidInputError([{ field: "", rule: "the body is empty; send JSON" }]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidInputError([{ field: "", rule: "the body is not valid JSON" }]);
  }
  return parse(schema, value);
}

/**
 * A Restate serde for a schema, which also carries its JSON schema and an example to Restate's UI playground.
 *
 * @param example a valid value; checked when the contract is loaded
 */
export function jsonSerde<S extends z.ZodType>(schema: S, example?: z.input<S>): Serde<z.output<S>> {
  const jsonSchema = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return {
    contentType: "application/json",
    jsonSchema:
      example === undefined ? jsonSchema : { ...jsonSchema, examples: [schema.parse(example) && example] },
    serialize: (value) => new TextEncoder().encode(JSON.stringify(value)),
    deserialize: (bytes) => parseJson(schema, bytes),
  };
}

/** A serde for a handler that takes or gives nothing. */
export const nothing: Serde<void> = {
  serialize: () => new Uint8Array(0),
  deserialize: () => undefined,
};

function toProblem(issue: z.core.$ZodIssue): Problem {
  return { field: issue.path.map(String).join("."), rule: describeIssue(issue) };
}

// zod's own messages name unknown keys, which are input too.
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return "is required";
  switch (issue.code) {
    case "unrecognized_keys":
      return "has fields that are not part of it";
    case "invalid_type":
      return `must be ${article(issue.expected)}`;
    case "invalid_union":
      return "has none of the allowed forms";
    default:
      return issue.message;
  }
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}
