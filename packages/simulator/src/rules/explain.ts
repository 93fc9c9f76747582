/** Says why: sentences about the facts that a decision rests on. */
import type { Facts } from "../facts/collect-facts.ts";
import { nameWords } from "../facts/names.ts";
import { type Assignment, type Evidence, fieldValue } from "../grammar/evaluate.ts";
import type { Rule } from "../grammar/rule.ts";
import { isObject, type Json } from "../json.ts";

const MAX_SENTENCES = 10;
const MAX_VALUE = 80;
const MAX_TEXT = 400;

/** Sentences about what made the rules decide so; else about the facts the rules ask for; else about what there is. */
export function explain(assigned: Assignment[], rules: Rule[], facts: Facts): string[] {
  const evidence = assigned.flatMap((assignment) => assignment.evidence);
  if (evidence.length > 0) return unique(evidence.flatMap(sentence));
  const asked = rules.flatMap((rule) => (rule.when ?? []).flat()).map(({ field }) => field);
  const known = asked.map((field) => ({ field, value: fieldValue(field, facts) }));
  const sentences = unique(known.filter(({ value }) => value !== undefined).flatMap(sentence));
  return sentences.length > 0 ? sentences : unique(scalars(facts).flatMap(sentence)).slice(0, 5);
}

/** Sentences about conditions that held; nothing when only `Otherwise` did. */
export function explainConditions(assigned: Assignment[]): string[] {
  return unique(assigned.flatMap((assignment) => assignment.evidence).flatMap(sentence));
}

function sentence({ field, value }: Evidence): string[] {
  // A tool that answered in words has said all that there is.
  if (field.length === 0) return [clip(String(value), MAX_TEXT)];
  const words = field.flatMap(nameWords).join(" ");
  const name = words.charAt(0).toUpperCase() + words.slice(1);
  if (value === undefined || value === "") return [`${name} is missing.`];
  if (isObject(value)) return [];
  const text = Array.isArray(value) ? value.filter((entry) => !isObject(entry)).join(", ") : String(value);
  return [`${name} is ${clip(text, MAX_VALUE)}.`];
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

// What tools found; else what the user sent.
function scalars(facts: Facts): Evidence[] {
  const source = facts.results.length > 0 ? facts.results.toReversed() : facts.user.slice(0, 1);
  return source.flatMap(({ label, value }) => {
    if (!isObject(value))
      return isScalar(value) ? [{ field: typeof value === "string" ? [] : [label], value }] : [];
    return Object.entries(value)
      .filter(([, entry]) => isScalar(entry))
      .map(([name, entry]) => ({ field: [name], value: entry }));
  });
}

function isScalar(value: Json): boolean {
  return value !== null && typeof value !== "object";
}

function unique(sentences: string[]): string[] {
  return [...new Set(sentences)].slice(0, MAX_SENTENCES);
}
