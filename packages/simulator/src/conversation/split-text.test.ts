import fc from "fast-check";
import { expect, test } from "vitest";
import { splitText } from "./split-text.ts";

test("a text that is JSON is data alone", () => {
  expect(splitText('{"a":1}')).toEqual({ found: [{ a: 1 }], prose: "" });
  expect(splitText('[{"a":1}]').found).toHaveLength(1);
});

test("objects in prose are found", () => {
  const { found, prose } = splitText(
    'Decide.\nClaim: {"a":{"b":"}"}} and\nFraud finding: {"risk":"high"} now',
  );
  expect(found).toEqual([{ a: { b: "}" } }, { risk: "high" }]);
  expect(prose).toContain("Decide.");
  expect(prose).not.toContain("risk");
});

test.each(["", "no data", "a { b } c", "[1] and [2]", '{"open":', "}{", "12", '"text"'])(
  "no data in: %s",
  (text) => {
    expect(splitText(text)).toEqual({ found: [], prose: text });
  },
);

test("finds any object between texts without brackets and quotes", () => {
  const plain = fc.string().map((text) => text.replace(/[{}[\]"\\]/g, ""));
  fc.assert(
    fc.property(plain, fc.dictionary(fc.string(), fc.jsonValue()), plain, (before, data, after) => {
      const expected = JSON.parse(JSON.stringify(data));
      expect(splitText(`${before}x${JSON.stringify(data)}${after}`).found).toEqual([expected]);
    }),
    { numRuns: 200 },
  );
});

test("ends soon on text that only opens brackets", () => {
  expect(splitText("{[".repeat(50_000)).found).toEqual([]);
});
