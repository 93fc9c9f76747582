/** Random JSON schemas for property tests: all that zod writes and strict structured outputs allow, always satisfiable. */
import fc from "fast-check";
import type { SchemaNode } from "../src/schema/schema-node.ts";

/** Names that schemas and data share, so that data is found and often has the wrong type. */
export const propertyName = fc.constantFrom(
  "amount",
  "outcome",
  "reasons",
  "flags",
  "risk",
  "note",
  "date",
  "claim",
  "ok",
);

const text = fc.record({ min: fc.nat({ max: 12 }), more: fc.nat({ max: 30 }), bounded: fc.boolean() }).map(
  ({ min, more, bounded }): SchemaNode => ({
    type: "string",
    minLength: min,
    ...(bounded ? { maxLength: min + more } : {}),
  }),
);
const formatted = fc
  .constantFrom("date", "date-time", "time", "duration", "email", "uri", "uuid", "ipv4", "ipv6", "hostname")
  .map((format): SchemaNode => ({ type: "string", format }));
const patterned = fc
  .constantFrom("^[A-Z]{3}-\\d{4}$", "^\\d+$", "claim", "^(a|b)c?$", "^[\\w-]{5,8}$")
  .map((pattern): SchemaNode => ({ type: "string", pattern }));
const integer = fc
  .record({ low: fc.integer({ min: -50, max: 50 }), width: fc.nat({ max: 40 }), exclusive: fc.boolean() })
  .map(
    ({ low, width, exclusive }): SchemaNode => ({
      type: "integer",
      ...(exclusive ? { exclusiveMinimum: low - 1 } : { minimum: low }),
      maximum: low + width,
    }),
  );
const number = fc
  .record({ low: fc.integer({ min: -50, max: 50 }), multiple: fc.constantFrom(undefined, 5, 0.5) })
  .map(
    ({ low, multiple }): SchemaNode => ({
      type: "number",
      exclusiveMinimum: low,
      maximum: low + 10,
      ...(multiple === undefined ? {} : { multipleOf: multiple }),
    }),
  );
const leaf = fc.oneof(
  text,
  formatted,
  patterned,
  integer,
  number,
  fc.constant<SchemaNode>({ type: "string" }),
  fc.constant<SchemaNode>({ type: "number" }),
  fc.constant<SchemaNode>({ type: "boolean" }),
  fc.constant<SchemaNode>({ type: "null" }),
  fc.constant<SchemaNode>({ type: ["string", "null"] }),
  fc.constant<SchemaNode>({ $ref: "#/$defs/shared" }),
  fc.constant<SchemaNode>({}),
  fc.constantFrom("approve", 7, true, null).map((value): SchemaNode => ({ const: value })),
  fc
    .uniqueArray(fc.constantFrom("approve", "deny", "refer", "low", "high", 3, null), {
      minLength: 1,
      maxLength: 4,
    })
    .map((values): SchemaNode => ({ enum: values })),
);

const { node } = fc.letrec<{ node: SchemaNode; object: SchemaNode; array: SchemaNode; union: SchemaNode }>(
  (tie) => ({
    node: fc.oneof(
      { maxDepth: 3, depthIdentifier: "schema" },
      leaf,
      tie("object"),
      tie("array"),
      tie("union"),
    ),
    object: objectOf(tie("node")),
    array: fc
      .record({ items: tie("node"), min: fc.nat({ max: 2 }), more: fc.nat({ max: 3 }) })
      .map(
        ({ items, min, more }): SchemaNode => ({ type: "array", items, minItems: min, maxItems: min + more }),
      ),
    union: fc
      .record({ branches: fc.array(tie("node"), { minLength: 1, maxLength: 3 }), nullable: fc.boolean() })
      .map(
        ({ branches, nullable }): SchemaNode => ({
          anyOf: nullable ? [...branches, { type: "null" }] : branches,
        }),
      ),
  }),
);

function objectOf(member: fc.Arbitrary<SchemaNode>): fc.Arbitrary<SchemaNode> {
  return fc
    .record({
      properties: fc.dictionary(propertyName, member, { maxKeys: 5, noNullPrototype: true }),
      strict: fc.boolean(),
    })
    .map(({ properties, strict }): SchemaNode => {
      const names = Object.keys(properties);
      return {
        type: "object",
        properties,
        required: strict ? names : names.slice(0, 2),
        ...(strict ? { additionalProperties: false } : {}),
      };
    });
}

/** An object schema at the root, with the definition that its references need. */
export const rootSchema: fc.Arbitrary<SchemaNode> = fc
  .record({ root: objectOf(node), shared: objectOf(leaf.filter(({ $ref }) => $ref === undefined)) })
  .map(({ root, shared }) => ({ ...root, $defs: { shared } }));
