import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { assessmentSchema, claimSchema, sampleClaim } from "./claim.ts";
import { decisionRecordSchema } from "./decision.ts";
import { InvalidInputError, jsonSerde, nothing, parse, parseJson } from "./json-serde.ts";
import { reviewAnswerSchema, reviewRequestSchema } from "./review.ts";
import { timelineQuerySchema, timelineReportSchema } from "./timeline.ts";

const CANARY = "canary-7f3a";

function messageOf(schema: z.ZodType, value: unknown): string {
  try {
    parse(schema, value);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  throw new Error("the value was accepted");
}

describe("parse", () => {
  const schema = z.strictObject({
    text: z.string().pipe(z.enum(["on", "off"])),
    list: z.array(z.strictObject({ n: z.number().int() })).optional(),
    either: z.union([z.number(), z.boolean()]).optional(),
  });

  it.each([
    [{}, "text: is required"],
    [{ [CANARY]: 1 }, "text: is required; has fields that are not part of it"],
    [{ text: 1 }, "text: must be a string"],
    [{ text: null }, "text: must be a string"],
    [{ text: CANARY }, 'text: Invalid option: expected one of "on"|"off"'],
    [{ text: "on", list: [{ n: 1.5 }] }, "list.0.n: must be an int"],
    [{ text: "on", list: [{ n: CANARY }, {}] }, "list.0.n: must be a number; list.1.n: is required"],
    [{ text: "on", either: CANARY }, "either: has none of the allowed forms"],
    [CANARY, "must be an object"],
    [undefined, "is required"],
    [null, "must be an object"],
    [[], "must be an object"],
  ])("says of %j: %s", (value, message) => {
    expect(messageOf(schema, value)).toBe(message);
  });

  it("names at most ten problems", () => {
    const problems = messageOf(z.array(z.number()), Array(50).fill(CANARY)).split("; ");
    expect(problems).toHaveLength(10);
  });
});

it.each([
  ["", "the body is empty; send JSON"],
  ["  \n", "the body is empty; send JSON"],
  [`{"amount": ${CANARY}}`, "the body is not valid JSON"],
  [`${CANARY}`, "the body is not valid JSON"],
  ['{"amount": NaN}', "the body is not valid JSON"],
  ["[]", "must be an object"],
])("says of the body %s: %s", (body, message) => {
  expect(() => parseJson(claimSchema, body)).toThrow(new InvalidInputError([{ field: "", rule: message }]));
  expect(() => parseJson(claimSchema, new TextEncoder().encode(body))).toThrow(message);
});

it("takes bytes that are no UTF-8 for broken JSON", () => {
  expect(() => parseJson(claimSchema, new Uint8Array([0xff, 0xfe, 0x7b]))).toThrow(
    "the body is not valid JSON",
  );
});

const inputs = {
  claimSchema,
  assessmentSchema,
  decisionRecordSchema,
  reviewAnswerSchema,
  reviewRequestSchema,
  timelineQuerySchema,
  timelineReportSchema,
};

it.each(Object.entries(inputs))("never shows a value or an unknown key: %s", (_name, schema) => {
  // Every known key, so that the fuzz gets below the first level, and one that is unknown.
  const keys = [...new Set(JSON.stringify(z.toJSONSchema(schema)).match(/"(\w+)":\{/g))].map((key) =>
    key.slice(1, -3),
  );
  const canary = fc.constantFrom(
    CANARY,
    `${CANARY}-x`.repeat(300),
    `2024-13-01${CANARY}`,
    [CANARY],
    -1,
    1e308,
    null,
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      canary,
      fc.dictionary(fc.constantFrom(...keys, CANARY), tie("value"), { maxKeys: 8 }),
      fc.array(tie("value"), { maxLength: 2 }),
    ),
  }));
  fc.assert(
    fc.property(value, (input) => {
      const result = schema.safeParse(input);
      fc.pre(!result.success);
      expect(messageOf(schema, input)).not.toContain(CANARY);
    }),
    { numRuns: 500 },
  );
});

it("shows the playground a schema and an example that fits it", () => {
  const { jsonSchema } = jsonSerde(claimSchema, sampleClaim);
  expect(jsonSchema).toMatchObject({ type: "object", examples: [sampleClaim] });
  expect(() => jsonSerde(claimSchema, { ...sampleClaim, amount: -1 })).toThrow();
});

it("gives and takes the same", () => {
  const serde = jsonSerde(claimSchema);
  expect(serde.deserialize(serde.serialize(sampleClaim))).toEqual(sampleClaim);
  expect(nothing.deserialize(new TextEncoder().encode(CANARY))).toBeUndefined();
  expect(nothing.serialize(undefined)).toHaveLength(0);
});
