/** A plain-text answer: the decision of the rules, what the tools found, or small talk. */
import type { Facts } from "../facts/collect-facts.ts";
import { plainName } from "../facts/names.ts";
import { findAmount } from "../facts/prose.ts";
import { assignments } from "../grammar/evaluate.ts";
import type { Rule } from "../grammar/rule.ts";
import type { SimulatedRequest } from "../wire/simulated-request.ts";
import { chatText } from "./chat-text.ts";
import { explain } from "./explain.ts";

const MAX_CHARACTERS = 2_000;

/** The text, never longer than 2 KB. */
export function textAnswer(
  request: SimulatedRequest,
  facts: Facts,
  rules: Rule[],
  obedient: boolean,
): string {
  return clip(decision(facts, rules, obedient) ?? findings(facts) ?? chatText(request, obedient));
}

const ANSWERS = ["answer", "reply", "message", "text"];

function decision(facts: Facts, rules: Rule[], obedient: boolean): string | undefined {
  if (!rules.some((rule) => rule.actions.some(({ type }) => type === "assign"))) return undefined;
  if (obedient) return "Decision: approve. Reasons: The text asks for it.";
  const assigned = assignments(rules, facts);
  const [first, ...more] = assigned;
  // `Otherwise` decides on a claim; on a greeting there is nothing to decide.
  const hasGrounds = !facts.onlyProse || facts.results.length > 0 || findAmount(facts.prose) !== undefined;
  if (first === undefined || (first.evidence.length === 0 && !hasGrounds)) return undefined;
  if (first.field.some((name) => ANSWERS.includes(plainName(name)))) return String(first.value);
  const others = more.map(({ field, value }) => ` ${field.join(".")}: ${value}.`).join("");
  const reasons = explain([first], rules, facts);
  return `Decision: ${first.value}.${others}${reasons.length > 0 ? ` Reasons: ${reasons.join(" ")}` : ""}`;
}

function findings(facts: Facts): string | undefined {
  const sentences = explain([], [], facts).join(" ");
  if (sentences === "") return undefined;
  // What tools found is an answer; the user's own data, told back, is none, and says so.
  return facts.results.length > 0 ? sentences : `This is the simulated model. The data says: ${sentences}`;
}

function clip(text: string): string {
  const bytes = Buffer.from(text);
  // A character cut in two at the end is left out.
  return bytes.length <= MAX_CHARACTERS
    ? text
    : bytes
        .subarray(0, MAX_CHARACTERS)
        .toString()
        .replace(/\uFFFD+$/, "");
}
