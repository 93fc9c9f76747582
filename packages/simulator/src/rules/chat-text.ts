/** Small talk: deterministic, short, and honest that no model wrote it. */
import type { SimulatedRequest } from "../wire/simulated-request.ts";

/** Answers the newest user message without data, rules or tools. */
export function chatText({ items }: SimulatedRequest, obedient: boolean): string {
  const message = items.findLast((item) => item.type === "user")?.text ?? "";
  const previous = items.findLast((item) => item.type === "assistant")?.text;
  return (
    (obedient ? dictated(message) : undefined) ??
    shortened(message, previous) ??
    verse(message) ??
    `This is the simulated model. You asked about: ${topicOf(message)}.`
  );
}

const DICTATED =
  /\b(?:reply|answer|respond|say|print|output|write)\b[^"“'\n]{0,40}["“']([^"”'\n]{1,500})["”']/i;

// "Reply with 'x'": the simplest thing that a text can ask of who obeys it.
function dictated(message: string): string | undefined {
  return DICTATED.exec(message)?.[1];
}

const GENRE = "poem|verse|haiku|limerick|song|story|text|paragraph|essay|letter|email|article|note|joke";
const REQUEST = new RegExp(
  String.raw`\b(?:write|make|compose|create|give|tell|draft)\b[^.\n]{0,40}?\b(${GENRE})s?\b(?:\s+(?:about|on|of|for)\s+([^.!?\n]{1,80}))?`,
  "i",
);

function verse(message: string): string | undefined {
  const found = REQUEST.exec(message);
  if (found === null) return undefined;
  const topic = found[2]?.trim() || "what was asked";
  const Topic = topic.charAt(0).toUpperCase() + topic.slice(1);
  return [
    `${Topic}, told in simulated lines,`,
    `a ${found[1]?.toLowerCase()} that no model designs.`,
    `Each word about ${topic} stays in its place,`,
    "the same every time, with the same quiet grace.",
  ].join("\n");
}

const SHORTEN =
  /\b(?:shorten|summari[sz]e|condense|abridge|cut|trim|reduce|make (?:it|this|that) shorter|in (?=\S+ (?:line|word|sentence)))/i;
const AMOUNT =
  /\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|a single)\s+(line|word|sentence)s?\b/i;
const NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

function shortened(message: string, previous: string | undefined): string | undefined {
  if (previous === undefined || !SHORTEN.test(message)) return undefined;
  const [, count = "", unit = ""] = AMOUNT.exec(message) ?? [];
  const parts = splitBy(unit.toLowerCase(), previous);
  const wanted = count === "" ? Math.ceil(parts.length / 2) : toCount(count);
  return parts.slice(0, Math.max(1, wanted)).join(unit.toLowerCase() === "line" ? "\n" : " ");
}

function splitBy(unit: string, text: string): string[] {
  if (unit === "word") return text.split(/\s+/).filter(Boolean);
  if (unit === "line") return text.split("\n").filter((line) => line.trim() !== "");
  return text.match(/[^.!?]+[.!?]*/g)?.map((sentence) => sentence.trim()) ?? [text];
}

function toCount(text: string): number {
  const named = NUMBERS.indexOf(text.toLowerCase());
  return named >= 0 ? named + 1 : Number.parseInt(text, 10) || 1;
}

function topicOf(message: string): string {
  const [first = ""] = message.trim().split(/(?<=[.!?])\s|\n/);
  const topic = first.replace(/[.!?\s]+$/, "");
  return topic === "" ? "nothing yet" : topic.length > 160 ? `${topic.slice(0, 160)}…` : topic;
}
