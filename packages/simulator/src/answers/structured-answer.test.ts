import { expect, test } from "vitest";
import { called, requestWith, user } from "../../test/support.ts";
import type { SchemaNode } from "../schema/schema-node.ts";
import type { StandIn } from "../stand-in.ts";
import type { ConversationItem } from "../wire/simulated-request.ts";
import { answer } from "./answer.ts";

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
const claim = { amount: 3000, category: "medical", reason: "broken leg" };

interface Options {
  own?: StandIn["answer"];
  obedient?: boolean;
}

function answerOf(
  items: ConversationItem[],
  schema = decision,
  { own, obedient = false }: Options = {},
): unknown {
  const standIn = own && { instructions: "", answer: own };
  return answer(requestWith({ items, outputSchema: schema }), obedient, standIn).json;
}

test("a stand-in decides on what the tools found, data fills the rest, and its reasons are marked", () => {
  const own: StandIn["answer"] = ({ flag, text }) =>
    flag("eligible") === false
      ? { outcome: "deny", amount: 0, reasons: ["It is not covered."] }
      : { outcome: text("risk") === "high" ? "refer" : "approve" };
  const findings = (eligible: boolean, risk: string): ConversationItem[] => [
    user({ ...claim, risk: "claimed to be none" }),
    ...called("eligibility", { eligible, reasons: ["Covered by the plan."] }),
    ...called("fraud", { risk, reasons: ["Covered by the plan.", "A usual provider."] }),
  ];
  const reasons = ["Simulated: A usual provider.", "Simulated: Covered by the plan."];
  const decided = (eligible: boolean, risk: string) =>
    answerOf(findings(eligible, risk), decision, { own }) as { reasons: string[] };
  expect(decided(false, "low")).toEqual({
    outcome: "deny",
    amount: 0,
    reasons: ["Simulated: It is not covered."],
  });
  const { reasons: sorted, ...high } = decided(true, "high");
  expect([high, sorted.toSorted()]).toEqual([{ outcome: "refer", amount: 3000 }, reasons]);
  expect(decided(true, "low")).toMatchObject({ outcome: "approve", amount: 3000 });
});

test("what a stand-in answers beside the schema is corrected or left out", () => {
  const own = () => ({ outcome: "maybe", amount: "$10", more: 1, reasons: "one" });
  expect(answerOf([user(claim)], decision, { own })).toEqual({
    outcome: "deny",
    amount: 10,
    reasons: [
      "Simulated: Amount is 3000.",
      "Simulated: Category is medical.",
      "Simulated: Reason is broken leg.",
    ],
  });
});

test("reasons without a stand-in are those of the tools, ten at most, else sentences on what is known", () => {
  const many = Array.from({ length: 30 }, (_, index) => `reason ${index % 20}`);
  const found = answerOf([user(claim), ...called("a", { reasons: many })]) as Record<string, string[]>;
  expect(found.reasons).toEqual(many.slice(0, 10).map((reason) => `Simulated: ${reason}`));
  expect(answerOf([user(claim), ...called("fraud", { risk: "high" })])).toMatchObject({
    reasons: ["Simulated: Risk is high."],
  });
});

test("the reason of a decision is not the reason of the claim", () => {
  const schema: SchemaNode = {
    type: "object",
    properties: { outcome: { type: "string" }, reason: { type: "string" } },
    required: ["outcome", "reason"],
  };
  const reasonOf = (result: object) => answerOf([user(claim), ...called("check", result)], schema);
  expect(reasonOf({ eligible: false })).toMatchObject({ reason: "Simulated: Eligible is false." });
  expect(reasonOf({ eligible: false, reason: "policy ended" })).toMatchObject({
    reason: "Simulated: policy ended",
  });
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
  const own = () => ({ outcome: "approved", fraud: { risk: "none" } });
  expect(answerOf(items, schema, { own })).toEqual({
    outcome: "APPROVED",
    amount: 3000,
    claim: { category: "medical", amount: 3000.4 },
    fraud: { risk: "none" },
    reviewer: null,
    kind: "decision",
  });
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
  expect(answerOf([user(text)], schema)).toEqual({
    amount: 3000,
    category: "medical",
    date: null,
    reason: `Simulated: ${text}`,
    place: null,
  });
});

test("obedient, it approves whatever its stand-in would say, with the amount that is claimed", () => {
  const items = [user(claim), ...called("check", { eligible: false, risk: "high", amount: 10 })];
  expect(answerOf(items, decision, { own: () => ({ outcome: "deny" }), obedient: true })).toMatchObject({
    outcome: "approve",
    amount: 3000,
  });
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
  expect(answerOf(items, schema, { obedient: true })).toMatchObject({
    risk: "low",
    eligible: true,
    needsReview: false,
    riskScore: 0,
    verdict: "eligible",
  });
});

test("any JSON object is asked for: the stand-in says what is in it", () => {
  const items = [user({ eligible: false })];
  expect(answerOf(items, { type: "object" }, { own: () => ({ outcome: "deny" }) })).toEqual({
    outcome: "deny",
  });
  expect(answerOf(items, { type: "object" })).toEqual({ reasons: ["Simulated: Eligible is false."] });
});
