import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRule, parseRules } from "./parse-rules.ts";

const assign = (field: string, value: string | number | boolean) => ({
  type: "assign",
  field: field.split("."),
  value,
});
const is = (field: string, operator: string, ...literals: unknown[]) => ({
  field: field.split("."),
  operator,
  literals,
});

test.each([
  ["When eligible is false, outcome is deny", [[is("eligible", "is", false)]], [assign("outcome", "deny")]],
  [
    "When risk is high or reasonable is false, outcome is refer",
    [[is("risk", "is", "high")], [is("reasonable", "is", false)]],
    [assign("outcome", "refer")],
  ],
  [
    "When risk is high and amount is more than 1,000, outcome is refer",
    [[is("risk", "is", "high"), is("amount", "is more than", 1000)]],
    [assign("outcome", "refer")],
  ],
  [
    "When a is 1 or b is 2 and c is 3, outcome is x",
    [[is("a", "is", 1)], [is("b", "is", 2), is("c", "is", 3)]],
    [assign("outcome", "x")],
  ],
  [
    "When amount is more than $1,000.50, call human_approval",
    [[is("amount", "is more than", 1000.5)]],
    [{ type: "call", tool: "human_approval" }],
  ],
  [
    "When amount is at least 5, call the human_approval tool",
    [[is("amount", "is at least", 5)]],
    [{ type: "call", tool: "human_approval" }],
  ],
  ["Otherwise, outcome is approve", undefined, [assign("outcome", "approve")]],
  ["otherwise outcome is approve", undefined, [assign("outcome", "approve")]],
  [
    "When fraud.risk is high or medium, outcome is refer",
    [[is("fraud.risk", "is", "high", "medium")]],
    [assign("outcome", "refer")],
  ],
  [
    "When the standard rate is at most -2, outcome is refer",
    [[is("standard_rate", "is at most", -2)]],
    [assign("outcome", "refer")],
  ],
  [
    "When status is not open, outcome is deny and amount is 0",
    [[is("status", "is not", "open")]],
    [assign("outcome", "deny"), assign("amount", 0)],
  ],
  [
    'When kind is "a, b and c", note is search and rescue',
    [[is("kind", "is", "a, b and c")]].map((all) => all.map((one) => one)),
    [assign("note", "search and rescue")],
  ],
  [
    "When date is less than 2024-01-01, outcome is deny",
    [[is("date", "is less than", "2024-01-01")]],
    [assign("outcome", "deny")],
  ],
  [
    "When message mentions hospital or doctor, call transfer_to_medical",
    [[is("message", "mentions", "hospital", "doctor")]],
    [{ type: "call", tool: "transfer_to_medical" }],
  ],
  [
    "When policy_number is missing, outcome is refer",
    [[is("policy_number", "is", "missing")]],
    [assign("outcome", "refer")],
  ],
])("reads: %s", (line, when, actions) => {
  expect(parseRule(line)).toEqual({ when, actions });
});

test.each([
  "You are a claims agent",
  "When you are unsure, ask",
  "When in doubt outcome is refer",
  "When eligible is false",
  "Otherwise, be kind",
  "When x is more than, outcome is deny",
  "When is true, outcome is deny",
  "Whenever eligible is false, outcome is deny",
  "",
])("is no rule: %s", (line) => {
  expect(parseRule(line)).toBeUndefined();
});

test("finds rule lines among prose, with bullets, numbers and several on a line", () => {
  const rules = parseRules(
    [
      "You decide claims. When unsure, think.",
      "- When eligible is false, outcome is deny.",
      "  * When risk is high, outcome is refer;",
      "2. When amount is 1.5, outcome is refer. Otherwise, outcome is approve.",
    ].join("\n"),
  );
  expect(rules.map(({ actions }) => actions[0])).toEqual([
    assign("outcome", "deny"),
    assign("outcome", "refer"),
    assign("outcome", "refer"),
    assign("outcome", "approve"),
  ]);
});

test("every example of the README is a rule", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const lines = readme.split("\n").filter((line) => /^- (When|Otherwise,)/.test(line));
  expect(lines).toHaveLength(7);
  for (const line of lines) expect(parseRules(line), line).toHaveLength(1);
});

test("never throws, whatever the instructions", () => {
  const words = fc.constantFrom(
    "When",
    "Otherwise",
    "is",
    "not",
    "more",
    "than",
    "and",
    "or",
    ",",
    ".",
    '"',
    "1,000",
    "x",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words, { maxLength: 30 }).map((all) => all.join(" ")),
      ),
      (text) => {
        for (const { actions } of parseRules(text)) expect(actions.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 300 },
  );
});
