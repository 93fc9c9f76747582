import { stored } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { breaksBetween, type Contracts } from "./compare.ts";

const jsonSchema = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: "input" }) as Contracts[string]["input"];
const contract = (schema: z.ZodType, side: "input" | "output"): Contracts => ({
  "Service/handler": { [side]: jsonSchema(schema) },
});
const changed = (before: z.ZodType, now: z.ZodType, side: "input" | "output") =>
  breaksBetween(contract(before, side), contract(now, side)).map((line) =>
    line.replace(/^Service\/handler (in|out)put: /, ""),
  );

const text = z.string();
const shape = { name: text, note: text.optional() };
const object = z.strictObject(shape);
const kind = (type: string) => z.strictObject({ type: z.literal(type) });
const kinds = z.discriminatedUnion("type", [kind("a"), kind("b")]);
const moreKinds = z.discriminatedUnion("type", [kind("a"), kind("b"), kind("c")]);

describe("an input", () => {
  const allowed: [string, z.ZodType, z.ZodType][] = [
    ["stays as it is", object, object],
    ["takes one optional field more", object, object.extend({ more: text.optional() })],
    ["takes one field more that has a default", object, object.extend({ more: text.default("x") })],
    ["makes a required field optional", object, object.extend({ name: text.optional() })],
    ["takes one value more", z.enum(["a", "b"]), z.enum(["a", "b", "c"])],
    ["takes any text in place of some", z.enum(["a", "b"]), text],
    ["takes numbers in place of integers", z.int(), z.number()],
    ["takes a larger number", z.number().max(10), z.number().max(20)],
    ["takes zero too", z.number().gt(0), z.number().min(0)],
    ["takes longer texts", text.max(10), text.max(20)],
    ["loses a limit", text.max(10), text],
    ["takes one variant more", kinds, moreKinds],
    ["takes another type besides", text, z.union([z.number(), text])],
    ["takes further fields", object, z.looseObject(shape)],
    ["recursive", z.json(), z.json()],
  ];
  it.each(allowed)("may change: %s", (_what, before, now) => {
    expect(changed(before, now, "input")).toEqual([]);
  });

  const refused: [string, z.ZodType, z.ZodType, string][] = [
    ["a new required field", object, object.extend({ more: text }), "more is required, and may be missing"],
    ["an optional field that is required", object, object.required(), "note is required, and may be missing"],
    ["a field that is gone", object, object.omit({ note: true }), "note is not known"],
    ["another type", object, object.extend({ name: z.number() }), "name takes number, and may be string"],
    ["integers alone", z.number(), z.int(), "the whole takes integer, and may be number"],
    ["a value that is gone", z.enum(["a", "b"]), z.enum(["a"]), 'the whole does not take "b"'],
    ["some texts alone", text, z.enum(["a"]), 'the whole takes "a" alone, and may be another'],
    ["a variant that is gone", moreKinds, kinds, 'the whole has no variant for type "c"'],
    [
      "a smaller number",
      z.number().max(20),
      z.number().max(10),
      "the whole has a maximum of 10, and may be beyond it",
    ],
    [
      "no zero any more",
      z.number().min(0),
      z.number().gt(0),
      "the whole has a exclusiveMinimum of 0, and may be beyond it",
    ],
    ["a new limit", text, text.max(10), "the whole has a maxLength of 10, and may be beyond it"],
    ["another pattern", text.regex(/a/), text.regex(/b/), "the whole has another pattern"],
    [
      "fewer items",
      z.array(text),
      z.array(text).max(2),
      "the whole has a maxItems of 2, and may be beyond it",
    ],
    ["further down", z.array(object), z.array(object.required()), "[].note is required, and may be missing"],
    [
      "in one of the variants",
      kinds,
      z.discriminatedUnion("type", [kind("a").extend({ x: text }), kind("b")]),
      "x is required, and may be missing",
    ],
    [
      "no further fields any more",
      z.looseObject(shape),
      object,
      "the whole does not take every further field",
    ],
    [
      "other values of a record",
      z.record(text, text),
      z.record(text, z.number()),
      ".* takes number, and may be string",
    ],
  ];
  it.each(refused)("may not have %s", (_what, before, now, why) => {
    expect(changed(before, now, "input")).toContain(`what callers send is refused: ${why}`);
  });
});

describe("what is stored or returned", () => {
  const allowed: [string, z.ZodType, z.ZodType][] = [
    ["stays as it is", stored(object), stored(object)],
    ["has one optional field more", stored(object), stored(object.extend({ more: text.optional() }))],
    ["is read openly from now on", object, stored(object)],
    [
      "has one kind more, where kinds need not be known",
      stored(kinds, { unknownKinds: true }),
      stored(moreKinds, { unknownKinds: true }),
    ],
    [
      "has one name more, where names need not be known",
      stored(z.enum(["a"]), { unknownKinds: true }),
      stored(z.enum(["a", "b"]), { unknownKinds: true }),
    ],
  ];
  it.each(allowed)("may change: %s", (_what, before, now) => {
    expect(changed(before, now, "output")).toEqual([]);
  });

  const OLD = "what the release before wrote is refused";
  const NEW = "the release before refuses what is written now";
  const refused: [string, z.ZodType, z.ZodType, string][] = [
    [
      "a new required field",
      object,
      object.extend({ more: text }),
      `${OLD}: more is required, and may be missing`,
    ],
    ["a field that is gone", object, object.omit({ note: true }), `${OLD}: note is not known`],
    [
      "a required field that is optional",
      object,
      object.partial(),
      `${NEW}: name is required, and may be missing`,
    ],
    ["a value more", z.enum(["a"]), z.enum(["a", "b"]), `${NEW}: the whole does not take "b"`],
    ["a value less", z.enum(["a", "b"]), z.enum(["a"]), `${OLD}: the whole does not take "b"`],
    ["a variant more", kinds, moreKinds, `${NEW}: the whole has no variant for type "c"`],
    [
      "a longer text",
      text.max(10),
      text.max(20),
      `${NEW}: the whole has a maxLength of 10, and may be beyond it`,
    ],
    ["another type", text, z.number(), `${OLD}: the whole takes number, and may be string`],
  ];
  it.each(refused)("may not have %s", (_what, before, now, why) => {
    expect(changed(stored(before), stored(now), "output")).toContain(why);
    expect(changed(stored(before), stored(now), "input")).toContain(why);
  });

  it("may not lose a kind either where kinds need not be known", () => {
    const [before, now] = [moreKinds, kinds].map((schema) => stored<unknown>(schema, { unknownKinds: true }));
    expect(changed(before!, now!, "output")).toEqual([`${OLD}: the whole has no variant for type "c"`]);
  });
});

describe("handlers", () => {
  const side = jsonSchema(object);
  it.each<[string, Contracts, Contracts, string[]]>([
    ["one more", {}, { "A/new": { input: side } }, []],
    ["one less", { "A/b": {}, "A/c": {} }, { "A/b": {} }, ["A/c is gone"]],
    ["a service less", { "A/b": {} }, {}, ["A is gone"]],
    [
      "an input where there was none",
      { "A/b": {} },
      { "A/b": { input: side } },
      ["A/b input: is taken now, and was not sent"],
    ],
    ["no input any more", { "A/b": { input: side } }, { "A/b": {} }, ["A/b input: is not taken any more"]],
    ["an output where there was none", { "A/b": {} }, { "A/b": { output: side } }, []],
    ["no output any more", { "A/b": { output: side } }, { "A/b": {} }, ["A/b output: is not given any more"]],
  ])("%s", (_what, before, now, breaks) => {
    expect(breaksBetween(before, now)).toEqual(breaks);
  });
});
