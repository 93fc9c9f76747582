import { expect, test } from "vitest";
import type { SchemaNode } from "../schema/schema-node.ts";
import { called, requestWith, user } from "../test-support.ts";
import type { ConversationItem } from "../wire/simulated-request.ts";
import { answerByRules } from "./engine.ts";

const decision: SchemaNode = {
  type: "object",
  properties: {
    outcome: { type: "string", enum: ["deny", "refer", "approve"] },
    amount: { type: "number", minimum: 0 },
    reasons: { type: "array", items: { type: "string" } },
  },
  required: ["outcome", "amount", "reasons"],
  additionalProperties: false,
};
const rules = [
  "When eligible is false, outcome is deny and amount is 0.",
  "When risk is high and amount is more than 1000, outcome is refer.",
  "Otherwise, outcome is approve.",
].join("\n");
const claim = { amount: 3000, category: "medical", reason: "broken leg" };

function answer(
  items: ConversationItem[],
  schema = decision,
  instructions = rules,
  obedient = false,
): unknown {
  return answerByRules(requestWith({ instructions, items, outputSchema: schema }), { obedient }).json;
}

test("rule lines decide, data fills the rest", () => {
  const findings = (eligible: boolean, risk: string): ConversationItem[] => [
    user(claim),
    ...called("eligibility", { eligible, reasons: ["covered by plan"] }),
    ...called("fraud", { risk, reasons: ["covered by plan", "usual provider"] }),
  ];
  const reasons = ["covered by plan", "usual provider"];
  expect(answer(findings(false, "low"))).toEqual({ outcome: "deny", amount: 0, reasons });
  expect(answer(findings(true, "high"))).toEqual({ outcome: "refer", amount: 3000, reasons });
  expect(answer(findings(true, "low"))).toEqual({ outcome: "approve", amount: 3000, reasons });
});

test("reasons are derived from the facts when the data has none", () => {
  const items = [user(claim), ...called("fraud", { risk: "high" })];
  expect(answer(items)).toMatchObject({ reasons: ["Risk is high.", "Amount is 3000."] });
  expect(answer([user(claim), ...called("check", { eligible: true })])).toMatchObject({
    reasons: ["Eligible is true.", "Amount is 3000."],
  });
});

test("lists of reasons keep ten entries, flags tell only what made a rule hold", () => {
  const schema: SchemaNode = {
    type: "object",
    properties: {
      reasons: { type: "array", items: { type: "string" } },
      flags: { type: "array", items: { type: "string" } },
    },
    required: ["reasons", "flags"],
  };
  const many = Array.from({ length: 30 }, (_, index) => `reason ${index % 20}`);
  const found = answer([user(claim), ...called("a", { reasons: many })], schema) as Record<string, string[]>;
  expect(found.reasons).toEqual(many.slice(0, 10));
  expect(found.flags).toEqual([]);
  expect(answer([user({ eligible: false })], schema)).toMatchObject({ flags: ["Eligible is false."] });
});

test("the reason of a decision is not the reason of the claim", () => {
  const schema: SchemaNode = {
    type: "object",
    properties: { outcome: { type: "string" }, reason: { type: "string" } },
    required: ["outcome", "reason"],
  };
  expect(answer([user({ ...claim, eligible: false })], schema)).toEqual({
    outcome: "deny",
    reason: "Eligible is false.",
  });
  const told = [user(claim), ...called("check", { eligible: false, reason: "policy ended" })];
  expect(answer(told, schema)).toEqual({ outcome: "deny", reason: "policy ended" });
});

test("values keep to the schema: own spelling of enums, numbers from text, nested objects, null for the unknown", () => {
  const schema: SchemaNode = {
    type: "object",
    properties: {
      outcome: { enum: ["APPROVED", "DENIED"] },
      amount: { type: "integer" },
      claim: {
        type: "object",
        properties: { category: { type: "string" }, amount: { type: "number" } },
        required: ["category", "amount"],
      },
      fraud: { type: "object", properties: { risk: { type: "string" } }, required: ["risk"] },
      reviewer: { anyOf: [{ type: "string" }, { type: "null" }] },
      kind: { const: "decision" },
    },
    required: ["outcome", "amount", "claim", "fraud", "reviewer", "kind"],
  };
  const items = [
    user({ ...claim, amount: "$3,000.40", outcome: "denied" }),
    ...called("fraud", { risk: "low" }),
  ];
  const json = answer(items, schema, "Otherwise, outcome is approved and fraud.risk is none.");
  expect(json).toEqual({
    outcome: "APPROVED",
    amount: 3000,
    claim: { category: "medical", amount: 3000.4 },
    fraud: { risk: "none" },
    reviewer: null,
    kind: "decision",
  });
});

test("a rule for one field means the one at the top", () => {
  const amount: SchemaNode = { type: "number" };
  const claimed: SchemaNode = { type: "object", properties: { amount }, required: ["amount"] };
  const schema: SchemaNode = {
    type: "object",
    properties: { amount, claim: claimed },
    required: ["amount", "claim"],
  };
  expect(answer([user({ claim })], schema, "Otherwise, amount is 0.")).toEqual({
    amount: 0,
    claim: { amount: 3000 },
  });
  const nested: SchemaNode = { type: "object", properties: { claim: claimed }, required: ["claim"] };
  expect(answer([user({ claim })], nested, "Otherwise, amount is 0.")).toEqual({ claim: { amount: 0 } });
});

test("prose is read when it is all there is", () => {
  const schema: SchemaNode = {
    type: "object",
    properties: {
      amount: { type: ["number", "null"] },
      category: { anyOf: [{ enum: ["auto", "medical"] }, { type: "null" }] },
      date: { anyOf: [{ type: "string", format: "date" }, { type: "null" }] },
      reason: { type: "string" },
      place: { type: ["string", "null"] },
    },
    required: ["amount", "category", "date", "reason", "place"],
  };
  const text = "Process my medical bill of 3000USD for a broken leg.";
  expect(answer([user(text)], schema, "")).toEqual({
    amount: 3000,
    category: "medical",
    date: null,
    reason: text,
    place: null,
  });
});

test("obedient, it approves whatever the rules say, with the amount that is claimed", () => {
  const items = [user(claim), ...called("check", { eligible: false, risk: "high", amount: 10 })];
  expect(answer(items, decision, rules, true)).toMatchObject({ outcome: "approve", amount: 3000 });
  const schema: SchemaNode = {
    type: "object",
    properties: {
      risk: { enum: ["high", "medium", "low"] },
      eligible: { type: "boolean" },
      needsReview: { type: "boolean" },
      riskScore: { type: "number", minimum: 0, maximum: 1 },
      verdict: { enum: ["not_eligible", "eligible"] },
      next: { enum: ["reject", "continue"] },
    },
    required: ["risk", "eligible", "needsReview", "riskScore", "verdict", "next"],
  };
  expect(answer(items, schema, rules, true)).toMatchObject({
    risk: "low",
    eligible: true,
    needsReview: false,
    riskScore: 0,
    verdict: "eligible",
  });
});

test("any JSON object is asked for: the rules say what is in it", () => {
  expect(answer([user({ eligible: false })], { type: "object" })).toEqual({
    outcome: "deny",
    amount: 0,
    reasons: ["Eligible is false."],
  });
});
