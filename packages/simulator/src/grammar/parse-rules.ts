/** Finds the rule lines in an agent's instructions. Whatever is no rule line is left alone: it is for a real model. */
import type { Action, Comparison, Literal, Operator, Rule } from "./rule.ts";
import { type Token, tokenize } from "./tokens.ts";

/** The rules of an agent's instructions, in order. */
export function parseRules(instructions: string): Rule[] {
  return instructions
    .split("\n")
    .flatMap(sentences)
    .flatMap((sentence) => parseRule(sentence) ?? []);
}

const KEYWORD = /^(?:When|Otherwise)\b/i;
const BULLET = /^\s*(?:[-*•]|\d+[.)])?\s*/;

// Several rules may stand on one line; a full stop inside `fraud.risk` or `1.5` ends none.
function sentences(line: string): string[] {
  return line
    .replace(BULLET, "")
    .split(/(?<=[.;])\s+(?=(?:When|Otherwise)\b)/i)
    .map((sentence) => sentence.trim().replace(/[.;]+$/, ""));
}

/** Reads one rule line without bullet and full stop; `undefined` when it is none. */
export function parseRule(sentence: string): Rule | undefined {
  if (!KEYWORD.test(sentence)) return undefined;
  const tokens = tokenize(sentence);
  const [first, ...rest] = tokens ?? [];
  if (is(first, "otherwise")) {
    const actions = parseActions(rest[0]?.kind === "comma" ? rest.slice(1) : rest);
    return actions && { when: undefined, actions };
  }
  if (!is(first, "when")) return undefined;
  const comma = rest.findIndex(({ kind }) => kind === "comma");
  if (comma < 0) return undefined;
  const when = parseCondition(rest.slice(0, comma));
  const actions = parseActions(rest.slice(comma + 1));
  return when && actions && { when, actions };
}

function parseCondition(tokens: Token[]): Comparison[][] | undefined {
  const alternatives: Comparison[][] = [];
  for (const group of splitAt(tokens, "or")) {
    const previous = alternatives.at(-1)?.at(-1);
    // `risk is high or medium`: what follows the `or` is one more literal of the same comparison.
    const literal = previous && parseLiteral(group);
    if (literal !== undefined && !group.some(isOperator)) {
      previous?.literals.push(literal);
      continue;
    }
    const all = splitAt(group, "and").map(parseComparison);
    if (all.includes(undefined)) return undefined;
    alternatives.push(all as Comparison[]);
  }
  return alternatives;
}

// The longest first: `is not` begins with `is`.
const OPERATORS: [Operator, string[]][] = [
  ["is more than", ["is", "more", "than"]],
  ["is less than", ["is", "less", "than"]],
  ["is at least", ["is", "at", "least"]],
  ["is at most", ["is", "at", "most"]],
  ["is not", ["is", "not"]],
  ["is", ["is"]],
  ["mentions", ["mentions"]],
];

function isOperator(token: Token): boolean {
  return is(token, "is") || is(token, "mentions");
}

function parseComparison(tokens: Token[]): Comparison | undefined {
  const at = tokens.findIndex(isOperator);
  const field = parseField(tokens.slice(0, at));
  const [operator, words] = OPERATORS.find(([, expected]) => startsWith(tokens.slice(at), expected)) ?? [];
  if (at < 1 || field === undefined || operator === undefined || words === undefined) return undefined;
  const literal = parseLiteral(tokens.slice(at + words.length));
  return literal === undefined ? undefined : { field, operator, literals: [literal] };
}

// A word of the tail may be `and` in a text literal: only what reads as an action starts a new one.
function parseActions(tokens: Token[]): Action[] | undefined {
  const whole = splitAt(tokens, "and").map(parseAction);
  if (!whole.includes(undefined)) return whole as Action[];
  const single = parseAction(tokens);
  return single && [single];
}

function parseAction(tokens: Token[]): Action | undefined {
  if (is(tokens[0], "call")) {
    const name = tokens.slice(1).filter((token) => !is(token, "the") && !is(token, "tool"));
    const [tool] = name;
    return name.length === 1 && tool?.kind !== "comma" && tool !== undefined
      ? { type: "call", tool: tool.text }
      : undefined;
  }
  const at = tokens.findIndex((token) => is(token, "is"));
  const field = parseField(tokens.slice(0, at));
  const value = parseLiteral(tokens.slice(at + 1));
  if (at < 1 || field === undefined || value === undefined) return undefined;
  return { type: "assign", field, value };
}

const MAX_FIELD_WORDS = 4;

function parseField(tokens: Token[]): string[] | undefined {
  const words = tokens.filter((token) => !is(token, "the"));
  if (words.length === 0 || words.length > MAX_FIELD_WORDS) return undefined;
  if (words.some(({ kind }) => kind !== "word")) return undefined;
  return words
    .map(({ text }) => text)
    .join("_")
    .split(".");
}

const MAX_LITERAL_WORDS = 12;

function parseLiteral(tokens: Token[]): Literal | undefined {
  const [first] = tokens;
  if (first === undefined || tokens.length > MAX_LITERAL_WORDS) return undefined;
  if (tokens.some(({ kind }) => kind === "comma")) return undefined;
  if (tokens.length === 1) {
    if (first.kind === "number") return Number(first.text.replace(/[^\d.-]/g, ""));
    if (is(first, "true") || is(first, "false")) return is(first, "true");
    return first.text;
  }
  return tokens.map(({ text }) => text).join(" ");
}

function splitAt(tokens: Token[], word: string): Token[][] {
  const groups: Token[][] = [[]];
  for (const token of tokens) {
    if (is(token, word)) groups.push([]);
    else groups.at(-1)?.push(token);
  }
  return groups;
}

function startsWith(tokens: Token[], words: string[]): boolean {
  return words.every((word, index) => is(tokens[index], word));
}

function is(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === word;
}
