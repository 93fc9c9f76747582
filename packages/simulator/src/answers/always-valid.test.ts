/** The promise of structured outputs: whatever the schema and the data, the answer is valid. Checked by another validator. */
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { propertyName, rootSchema } from "../../test/random-schemas.ts";
import { called, requestWith, user } from "../../test/support.ts";
import type { Json } from "../json.ts";
import { type SchemaNode, schemaNode } from "../schema/schema-node.ts";
import { answer } from "./answer.ts";

function errorsOf(schema: SchemaNode, value: unknown): unknown {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return validate(value) ? null : validate.errors;
}

const data = fc.dictionary(
  propertyName,
  fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom("approve", "$3,000", "2024-01-01", "yes"),
    fc.array(fc.string()),
  ),
  { maxKeys: 6, noNullPrototype: true },
);
const own = fc.option(data, { nil: undefined });

test("a structured answer is valid against any schema", { timeout: 30_000 }, () => {
  fc.assert(
    fc.property(rootSchema, data, data, own, fc.boolean(), (schema, sent, found, answered, obedient) => {
      const items = [
        user(`Decide: ${JSON.stringify(sent)} Now $12 on 2024-05-06.`),
        ...called("look", found),
      ];
      const request = requestWith({ items, outputSchema: schema });
      const standIn = answered && { instructions: "", answer: () => answered as Record<string, Json> };
      const { json } = answer(request, obedient, standIn);
      expect(errorsOf(schema, json)).toBeNull();
    }),
    { numRuns: 60 },
  );
});

test("the arguments of a tool call are valid against any schema", { timeout: 30_000 }, () => {
  fc.assert(
    fc.property(rootSchema, data, (parameters, sent) => {
      const tools = [{ name: "tool", description: "", parameters }];
      const { toolCalls } = answer(requestWith({ items: [user(sent)], tools }), false);
      expect(toolCalls).toHaveLength(1);
      expect(errorsOf(parameters, toolCalls?.[0]?.arguments)).toBeNull();
    }),
    { numRuns: 60 },
  );
});

const Tree: z.ZodType = z.object({
  value: z.number(),
  get children() {
    return z.array(Tree);
  },
});

test.each([
  [
    "strings",
    z.object({
      a: z.email(),
      b: z.uuid(),
      c: z.url(),
      d: z.iso.datetime(),
      e: z.iso.date(),
      f: z.string().min(3).max(5),
    }),
  ],
  [
    "patterns",
    z.object({
      a: z.string().regex(/^CLM-\d{6}$/),
      b: z.string().startsWith("x"),
      c: z.ipv4(),
      d: z.cuid2(),
      e: z.iso.time(),
    }),
  ],
  [
    "numbers",
    z.object({
      a: z.int().positive(),
      b: z.number().min(0).max(1),
      c: z.number().multipleOf(0.25).gt(1),
      d: z.int32().negative(),
    }),
  ],
  [
    "nullable",
    z.object({
      a: z.string().nullable(),
      b: z.object({ c: z.number() }).nullable(),
      c: z.enum(["x", "y"]).nullable(),
    }),
  ],
  [
    "optional",
    z.object({
      a: z.string().optional(),
      b: z.array(z.int()).min(2).optional(),
      c: z.boolean().default(true),
    }),
  ],
  [
    "unions",
    z.object({
      a: z.union([z.int().min(5), z.literal("none")]),
      b: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("a"), n: z.number() }),
        z.object({ kind: z.literal("b"), s: z.string() }),
      ]),
    }),
  ],
  [
    "collections",
    z.object({
      a: z.tuple([z.string(), z.int()]),
      b: z.record(z.string(), z.number()),
      c: z.record(z.enum(["p", "q"]), z.boolean()),
      d: z.array(z.object({ x: z.iso.date() })).min(1),
    }),
  ],
  ["intersection", z.object({ a: z.intersection(z.object({ x: z.string() }), z.object({ y: z.int() })) })],
  ["recursive", z.object({ tree: Tree, also: z.lazy(() => Tree) })],
  [
    "literals",
    z.object({
      a: z.literal(["x", 2, null]),
      b: z.null(),
      c: z.unknown(),
      d: z.any(),
      e: z.strictObject({}),
    }),
  ],
])("answers for zod's %s", (_name, schema) => {
  const outputSchema = schemaNode.parse(z.toJSONSchema(schema, { reused: "ref" }));
  const { json } = answer(requestWith({ items: [user("hello")], outputSchema }), false);
  expect(schema.safeParse(json).error).toBeUndefined();
  expect(errorsOf(outputSchema, json)).toBeNull();
});
