import { describe, expect, it } from "vitest";
import { z } from "zod";
import { claimViewSchema } from "./claim-view.ts";
import { jsonSerde, parse } from "./json-serde.ts";
import { stored } from "./stored.ts";
import { timelinePageSchema } from "./timeline.ts";

const inner = z.strictObject({ n: z.number(), note: z.string().optional() });
const schema = z.strictObject({
  list: z.array(inner),
  kind: z.enum(["a", "b"]),
  by: z.discriminatedUnion("who", [
    z.strictObject({ who: z.literal("person"), name: z.string() }),
    z.strictObject({ who: z.literal("rule") }),
  ]),
  either: z.union([inner, z.strictObject({ text: z.string() })]).optional(),
});
const value = { list: [{ n: 1 }], kind: "a", by: { who: "rule" } };
const read = (change: object, unknownKinds = false) =>
  parse(stored(schema, { unknownKinds }), { ...value, ...change });

describe("passes over, and hands on as it came", () => {
  it.each([
    {},
    { more: 1 },
    { list: [{ more: { deep: [1] }, n: 1 }] },
    { by: { more: 1, who: "person", name: "x" } },
    { either: { more: 1, text: "x" } },
  ])("%j", (change) => {
    const given = { ...change, ...value, ...change };
    expect(JSON.stringify(parse(stored(schema), given))).toBe(JSON.stringify(given));
  });

  it.each([{ kind: "c" }, { by: { who: "robot" } }, { either: { other: 1 } }])(
    "%j where kinds need not be known",
    (change) => {
      expect(read(change, true)).toEqual({ ...value, ...change });
      expect(() => read(change)).toThrow();
    },
  );
});

describe("refuses what is missing or has another type, named as ever", () => {
  it.each([
    [{ list: [{ more: 1 }] }, "list.0.n: is required"],
    [{ list: [{ more: 1, n: "1" }] }, "list.0.n: must be a number"],
    [{ by: { who: "person", more: 1 } }, "by.name: is required"],
    [{ by: { who: "robot" } }, "by.who: has none of the allowed forms"],
    [{ kind: "c" }, 'kind: Invalid option: expected one of "a"|"b"'],
    [{ kind: undefined }, "kind: is required"],
    [{ either: { more: 1 } }, "either: has none of the allowed forms"],
  ])("%j: %s", (change, message) => {
    expect(() => read(change)).toThrow(message);
  });

  it.each([[{ kind: 1 }], [{ list: [{}] }], [{ by: "rule" }]])(
    "%j where kinds need not be known",
    (change) => {
      expect(() => read(change, true)).toThrow();
    },
  );
});

it("shows a JSON schema that takes more fields", () => {
  const { jsonSchema } = jsonSerde(stored(schema));
  expect(jsonSchema).toMatchObject({ type: "object", required: ["list", "kind", "by"] });
  expect(JSON.stringify(jsonSchema)).not.toContain("additionalProperties");
  const page = JSON.stringify(jsonSerde(stored(timelinePageSchema)).jsonSchema);
  expect(page).not.toContain("additionalProperties");
  expect(JSON.stringify(jsonSerde(claimViewSchema).jsonSchema)).toContain("additionalProperties");
});
