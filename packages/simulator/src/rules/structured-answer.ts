/** Builds a structured output: rule lines first, then the data of the conversation, then defaults. */
import type { Facts } from "../facts/collect-facts.ts";
import { everyValue } from "../facts/lookup.ts";
import { nameWords, sameName } from "../facts/names.ts";
import { type Assignment, assignments } from "../grammar/evaluate.ts";
import type { Rule } from "../grammar/rule.ts";
import { isObject, type Json } from "../json.ts";
import { buildValue, type Fill } from "../schema/build.ts";
import { fit } from "../schema/fit.ts";
import { branches, resolve, typeOf } from "../schema/resolve.ts";
import type { SchemaNode } from "../schema/schema-node.ts";
import { explain, explainConditions } from "./explain.ts";
import { fromProse, sameNamed, wholeObject } from "./find-value.ts";
import { permissiveValue } from "./obedience.ts";

const MAX_LIST = 10;
const REASONS = ["reason", "rationale", "justification", "explanation", "evidence", "why", "because"];
const NOTES = ["summary", "comment", "note", "message", "answer", "response", "detail", "description"];
const WARNINGS = ["flag", "warning", "issue", "concern", "problem", "violation", "indicator", "finding"];

/** A value that is always valid against the schema. */
export function structuredAnswer(schema: SchemaNode, facts: Facts, rules: Rule[], obedient: boolean): Json {
  // What the text asks overrides the rules of the instructions.
  const assigned = obedient ? [] : assignments(rules, facts);
  if (isOpen(schema)) return openAnswer(assigned, rules, facts, obedient);
  const sources = [...facts.results, ...facts.user, ...facts.calls];
  const decide: Fill = (path, node) =>
    obedient
      ? permissiveValue(path.at(-1) ?? "", node, schema, facts)
      : assignedValue(path, node, schema, assigned);
  return buildValue(schema, (path, node) => {
    const name = path.at(-1);
    if (name === undefined || name === "*") return undefined;
    const told =
      decide(path, node) ??
      listOf(name, node, schema, facts, () => sentencesFor(name, assigned, obedient ? [] : rules, facts)) ??
      explanation(name, node, schema, facts, () => explain(assigned, obedient ? [] : rules, facts));
    if (told !== undefined) return told;
    const found = sameNamed(sources, path, node, schema) ?? wholeObject(sources, node, schema);
    if (found !== undefined) return withDecided(found, path, node, schema, decide);
    return (
      (facts.onlyProse ? fromProse(facts, name, node, schema) : undefined) ??
      userText(name, node, schema, facts)
    );
  });
}

// A rule that names one field means the one at the top, and one further down only when there is none.
function assignedValue(
  path: string[],
  node: SchemaNode,
  root: SchemaNode,
  assigned: Assignment[],
): Json | undefined {
  const names = path.filter((step) => step !== "*");
  const found = assigned.find(({ field }) => {
    const [name = ""] = field;
    if (field.length === 1 && names.length > 1 && hasProperty(root, name)) return false;
    return field.every((part, at) => sameName(part, names.at(at - field.length) ?? ""));
  });
  return found && fit(node, found.value, root);
}

function hasProperty({ properties = {} }: SchemaNode, name: string): boolean {
  return Object.keys(properties).some((key) => sameName(key, name));
}

// An object that was found in the data may hold what a rule has decided otherwise.
function withDecided(value: Json, path: string[], node: SchemaNode, root: SchemaNode, decide: Fill): Json {
  const properties = branches(node, root).find((branch) => branch.properties)?.properties;
  if (!isObject(value) || properties === undefined) return value;
  const entries = Object.entries(value).map(([name, entry]) => {
    const inner = resolve(properties[name] ?? true, root);
    const innerPath = [...path, name];
    return [name, decide(innerPath, inner) ?? withDecided(entry, innerPath, inner, root, decide)] as const;
  });
  return Object.fromEntries(entries);
}

function listOf(
  name: string,
  node: SchemaNode,
  root: SchemaNode,
  facts: Facts,
  derive: () => string[],
): Json | undefined {
  const isTextList = branches(node, root).some(
    (branch) =>
      typeOf(branch) === "array" &&
      branch.items !== undefined &&
      typeOf(resolve(branch.items, root)) === "string",
  );
  if (!isTextList) return undefined;
  const collected = [...facts.results, ...facts.user]
    .flatMap(({ value }) => [...everyValue(value)])
    .flatMap((value) => (isObject(value) ? Object.entries(value) : []))
    .flatMap(([key, value]) => (sameName(key, name) && Array.isArray(value) ? value : []))
    .filter((entry) => typeof entry === "string");
  const entries = [...new Set(collected)].slice(0, MAX_LIST);
  return fit(node, entries.length > 0 ? entries : derive(), root);
}

function sentencesFor(name: string, assigned: Assignment[], rules: Rule[], facts: Facts): string[] {
  if (isLike(name, REASONS) || isLike(name, NOTES)) return explain(assigned, rules, facts);
  return isLike(name, WARNINGS) ? explainConditions(assigned) : [];
}

// What a tool says of the reason comes first; the reason of a claim is none for a decision on it.
function explanation(
  name: string,
  node: SchemaNode,
  root: SchemaNode,
  facts: Facts,
  derive: () => string[],
): Json | undefined {
  if (!isText(node, root) || !(isLike(name, REASONS) || isLike(name, NOTES))) return undefined;
  const told = sameNamed(facts.results, [name], node, root);
  if (told !== undefined) return told;
  const sentences = facts.results.length > 0 || facts.user.length > 0 ? derive() : [];
  return sentences.length === 0 ? undefined : fit(node, sentences.join(" "), root);
}

function userText(name: string, node: SchemaNode, root: SchemaNode, facts: Facts): Json | undefined {
  if (!isText(node, root) || facts.prose === "") return undefined;
  return isLike(name, REASONS) || isLike(name, NOTES)
    ? fit(node, facts.prose.slice(0, 200), root)
    : undefined;
}

function isText(node: SchemaNode, root: SchemaNode): boolean {
  return branches(node, root).some((branch) => typeOf(branch) === "string" && branch.enum === undefined);
}

function isLike(name: string, stems: string[]): boolean {
  return nameWords(name).some((word) => stems.some((stem) => word.startsWith(stem)));
}

// "Any JSON object": there is no property to fill, so the rules say which there are.
function isOpen(schema: SchemaNode): boolean {
  return schema.type === "object" && Object.keys(schema).length === 1;
}

function openAnswer(assigned: Assignment[], rules: Rule[], facts: Facts, obedient: boolean): Json {
  const decided = Object.fromEntries(assigned.map(({ field, value }) => [field.join("."), value]));
  return { ...(obedient ? { outcome: "approve" } : decided), reasons: explain(assigned, rules, facts) };
}
