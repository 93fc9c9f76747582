/** Applies rules to the data of a conversation. */
import type { Facts } from "../facts/collect-facts.ts";
import { lookup } from "../facts/lookup.ts";
import { plainName, sameName } from "../facts/names.ts";
import { findAmount, mentions, toNumber } from "../facts/prose.ts";
import type { Json } from "../json.ts";
import type { Action, Comparison, Literal, Operator, Rule } from "./rule.ts";

/** A comparison that held, and the value it held for; `undefined` when a missing field made it hold. */
export interface Evidence {
  field: string[];
  value: Json | undefined;
}

/** A field that a rule sets, and why. */
export interface Assignment {
  field: string[];
  value: Literal;
  /** The comparisons that held; empty for `Otherwise`. */
  evidence: Evidence[];
}

/** What a rule's condition says of the data: the comparisons that held, or `undefined` when it does not hold. */
export function evidenceFor(rule: Rule, facts: Facts): Evidence[] | undefined {
  if (rule.when === undefined) return [];
  for (const all of rule.when) {
    const evidence = all.map((comparison) => compareField(comparison, facts));
    if (!evidence.includes(undefined)) return evidence as Evidence[];
  }
  return undefined;
}

/** The fields that the rules set; of the rules for one field the first whose condition holds. */
export function assignments(rules: Rule[], facts: Facts): Assignment[] {
  const found = new Map<string, Assignment>();
  for (const rule of rules) {
    const assigned = rule.actions.filter((action) => action.type === "assign");
    const open = assigned.filter(({ field }) => !found.has(key(field)));
    const evidence = open.length === 0 ? undefined : evidenceFor(rule, facts);
    if (evidence === undefined) continue;
    for (const { field, value } of open) found.set(key(field), { field, value, evidence });
  }
  return [...found.values()];
}

/** The latest scalar (or list) that the conversation has for a field. */
export function fieldValue(field: string[], facts: Facts): Json | undefined {
  const scalar = (value: Json): Json | undefined =>
    typeof value === "object" && !Array.isArray(value) ? undefined : value;
  return lookup([...facts.results, ...facts.user, ...facts.calls], field, scalar);
}

/** The names of the tools that a rule calls. */
export function calledTools(rule: Rule): string[] {
  return rule.actions.flatMap((action: Action) => (action.type === "call" ? [action.tool] : []));
}

function key(field: string[]): string {
  return field.map(plainName).join(".");
}

function compareField({ field, operator, literals }: Comparison, facts: Facts): Evidence | undefined {
  const value = fieldValue(field, facts);
  if (literals.some((literal) => literal === "missing") && (operator === "is" || operator === "is not")) {
    const missing = value === undefined || value === "";
    return missing === (operator === "is") ? { field, value } : undefined;
  }
  if (operator === "mentions") {
    const text = typeof value === "string" ? value : facts.message;
    return literals.some((literal) => mentions(text, String(literal))) ? { field, value: text } : undefined;
  }
  if (value === undefined)
    return facts.onlyProse ? compareProse(field, operator, literals, facts) : undefined;
  const values = Array.isArray(value) ? value : [value];
  const holds = (literal: Literal): boolean =>
    values.some((entry) => compare(entry, operator, literal, facts));
  const held =
    operator === "is not"
      ? literals.every((literal) => !values.some((entry) => equal(entry, literal)))
      : literals.some(holds);
  return held ? { field, value } : undefined;
}

// Without data, the words of the message are all there is: `$3,000` is more than 1000, "medical" is medical.
function compareProse(
  field: string[],
  operator: Operator,
  literals: Literal[],
  facts: Facts,
): Evidence | undefined {
  if (operator === "is not") return undefined;
  if (operator === "is") {
    const word = literals.find((literal) => typeof literal === "string" && mentions(facts.prose, literal));
    return word === undefined ? undefined : { field, value: word };
  }
  const amount = findAmount(facts.prose);
  const held = amount !== undefined && literals.some((literal) => compare(amount, operator, literal, facts));
  return held ? { field, value: amount } : undefined;
}

function compare(value: Json, operator: Operator, literal: Literal, facts: Facts): boolean {
  if (operator === "is") return equal(value, literal);
  const order = compareOrder(value, literal, facts);
  if (order === undefined) return false;
  if (operator === "is more than") return order > 0;
  if (operator === "is less than") return order < 0;
  return operator === "is at least" ? order >= 0 : order <= 0;
}

function equal(value: Json, literal: Literal): boolean {
  if (typeof literal === "number") return toNumber(value) === literal;
  if (typeof literal === "boolean") {
    return (literal ? ["true", "yes"] : ["false", "no"]).includes(String(value).toLowerCase());
  }
  return (typeof value === "string" || typeof value === "boolean") && sameName(String(value), literal);
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}/;

function compareOrder(value: Json, literal: Literal, facts: Facts): number | undefined {
  if (
    typeof value === "string" &&
    typeof literal === "string" &&
    ISO_DATE.test(value) &&
    ISO_DATE.test(literal)
  ) {
    return value.slice(0, 10).localeCompare(literal.slice(0, 10));
  }
  const left = toNumber(value);
  // A bare word on the right of an order names another field: `amount is more than standard_rate`.
  const right = toNumber(literal) ?? toNumber(fieldValue(String(literal).split("."), facts));
  return left === undefined || right === undefined ? undefined : left - right;
}
