import { expect, test } from "vitest";
import { collectFacts } from "../facts/collect-facts.ts";
import { called, requestWith, user } from "../test-support.ts";
import type { ConversationItem } from "../wire/simulated-request.ts";
import { assignments } from "./evaluate.ts";
import { parseRules } from "./parse-rules.ts";

function decide(lines: string, items: ConversationItem[]): Record<string, unknown> {
  const found = assignments(parseRules(lines), collectFacts(requestWith({ items })));
  return Object.fromEntries(found.map(({ field, value }) => [field.join("."), value]));
}

const claim = {
  amount: 3000,
  category: "medical",
  policyNumber: "",
  tags: ["new", "large"],
  standard_rate: "$2,500",
};

test.each([
  ["amount is more than 1000", true],
  ["amount is more than 3000", false],
  ["amount is at least 3000", true],
  ["amount is at most 2999", false],
  ["amount is less than 3001", true],
  ["amount is 3,000", true],
  ["amount is more than standardRate", true],
  ["amount is less than standard_rate", false],
  ["Category is Medical", true],
  ["category is not medical", false],
  ["category is not auto or property", true],
  ["category is auto or medical", true],
  ["tags is large", true],
  ["policy_number is missing", true],
  ["amount is missing", false],
  ["amount is not missing", true],
  ["unknown_field is missing", true],
  ["unknown_field is x", false],
  ["unknown_field is not x", false],
  ["category mentions medic", false],
  ["category is auto and amount is 3000 or amount is 3000", true],
])("%s: %s", (condition, expected) => {
  const result = decide(`When ${condition}, outcome is yes.\nOtherwise, outcome is no.`, [user(claim)]);
  expect(result).toEqual({ outcome: expected ? "yes" : "no" });
});

test("the first matching line of each field wins", () => {
  const lines = [
    "When a is 1, outcome is deny and amount is 0.",
    "When b is 2, outcome is refer and owner is desk.",
    "Otherwise, outcome is approve.",
  ].join("\n");
  expect(decide(lines, [user({ a: 1, b: 2 })])).toEqual({ outcome: "deny", amount: 0, owner: "desk" });
  expect(decide(lines, [user({ b: 2 })])).toEqual({ outcome: "refer", owner: "desk" });
  expect(decide(lines, [user({})])).toEqual({ outcome: "approve" });
});

test("the latest tool result comes before the user's data, a null tells nothing", () => {
  const rule = "When risk is high, outcome is refer.";
  const items = [user({ risk: "low" }), ...called("check", { risk: "low" })];
  expect(decide(rule, [...items, ...called("again", { report: [{ risk: "high" }] })])).toEqual({
    outcome: "refer",
  });
  expect(decide(rule, [...items, ...called("again", { risk: null })])).toEqual({});
});

test("a dotted field names a parent, the tool that returned it, or the words before it", () => {
  const rule = "When fraud.risk is high, outcome is refer.";
  const low = called("check_rate", { risk: "low" });
  expect(decide(rule, [user({ fraud: { details: { risk: "high" } }, risk: "low" })])).toEqual({
    outcome: "refer",
  });
  expect(decide(rule, [...called("checkFraud", { risk: "high" }), ...low])).toEqual({ outcome: "refer" });
  expect(decide(rule, [user('Fraud finding: {"risk":"high"}\nOther: {"risk":"low"}')])).toEqual({
    outcome: "refer",
  });
  expect(decide(rule, low)).toEqual({});
});

test("a tool that returns a word or a truth is known by its name", () => {
  const rule =
    "When human_approval is approved, outcome is approve.\nWhen human_approval is false, outcome is deny.";
  expect(decide(rule, called("human_approval", "approved"))).toEqual({ outcome: "approve" });
  expect(decide(rule, called("human_approval", "false"))).toEqual({ outcome: "deny" });
});

test("prose stands in for data when a conversation has none", () => {
  const rules = "When amount is more than 1000, outcome is refer.\nWhen category is medical, area is health.";
  expect(decide(rules, [user("A medical bill of $3,000")])).toEqual({ outcome: "refer", area: "health" });
  expect(decide(rules, [user('A medical bill of $3,000: {"id":1}')])).toEqual({});
});
