/** Small talk: deterministic, short, and honest that no model wrote it. */
import type { SimulatedRequest } from "../wire/simulated-request.ts";

/** Answers the newest user message without data or tools. */
export function smallTalk({ items }: SimulatedRequest, obedient: boolean): string {
  const message = items.findLast((item) => item.type === "user")?.text ?? "";
  const previous = items.findLast((item) => item.type === "assistant")?.text;
  // "Reply with 'x'": the simplest thing that a text can ask of who obeys it.
  const dictated = obedient ? DICTATED.exec(message)?.[1] : undefined;
  const generic = `This is the simulated model. You asked about: ${topicOf(message)}.`;
  return dictated ?? shortened(message, previous) ?? verse(message) ?? generic;
}

const DICTATED =
  /\b(?:reply|answer|respond|say|print|output|write)\b[^"“'\n]{0,40}["“']([^"”'\n]{1,500})["”']/i;
const GENRE = "poem|verse|haiku|limerick|song|story|text|paragraph|essay|letter|email|article|note|joke";
const REQUEST = new RegExp(
  String.raw`\b(?:write|make|compose|create|give|tell|draft)\b[^.\n]{0,40}?\b(${GENRE})s?\b(?:\s+(?:about|on|of|for)\s+([^.!?\n]{1,80}))?`,
  "i",
);

function verse(message: string): string | undefined {
  const found = REQUEST.exec(message);
  if (found === null) return undefined;
  const topic = found[2]?.trim() || "what was asked";
  return [
    `${topic.charAt(0).toUpperCase()}${topic.slice(1)}, told in simulated lines,`,
    `a ${found[1]?.toLowerCase()} that no model designs.`,
    `Each word about ${topic} stays in its place,`,
    "the same every time, with the same quiet grace.",
  ].join("\n");
}

const SHORTEN =
  /\b(?:shorten|summari[sz]e|condense|abridge|cut|trim|reduce|make (?:it|this|that) shorter|in (?=\S+ (?:line|word|sentence)))/i;
const NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const LENGTH = new RegExp(String.raw`\b(\d+|a single|${NUMBERS.join("|")})\s+(line|word|sentence)s?\b`, "i");

function shortened(message: string, previous: string | undefined): string | undefined {
  if (previous === undefined || !SHORTEN.test(message)) return undefined;
  const [, count = "", unit = ""] = LENGTH.exec(message.toLowerCase()) ?? [];
  const part = { line: /.*\S.*/g, word: /\S+/g }[unit] ?? /[^.!?]+[.!?]*/g;
  const parts = previous.match(part)?.map((text) => text.trim()) ?? [previous];
  const half = Math.ceil(parts.length / 2);
  const wanted = count === "" ? half : NUMBERS.indexOf(count) + 1 || Number.parseInt(count, 10) || 1;
  return parts.slice(0, Math.max(1, wanted)).join(unit === "line" ? "\n" : " ");
}

function topicOf(message: string): string {
  const [first = ""] = message.trim().split(/(?<=[.!?])\s|\n/);
  const topic = first.replace(/[.!?\s]+$/, "");
  return topic === "" ? "nothing yet" : topic.length > 160 ? `${topic.slice(0, 160)}…` : topic;
}
