/** Reads amounts, dates and places out of prose: what anybody would find at a glance, and no more. */
import { nameWords } from "./names.ts";

const CURRENCY = "USD|EUR|GBP|CHF|dollars?|euros?|pounds?";
const DIGITS = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;
const MARKED = new RegExp(String.raw`[$€£]\s?(${DIGITS})|\b(${DIGITS})\s?(?:${CURRENCY})\b`, "i");
// Neither part of a date, a time or an identifier, nor an ordinal.
const BARE = new RegExp(String.raw`(?<![\w.,:/-])(${DIGITS})(?![\w:/-]|\.\d)`);
const WHOLE = new RegExp(String.raw`^\s*(-?)[$€£]?\s?(${DIGITS})\s*(?:%|${CURRENCY})?\s*$`, "i");
const ISO_DATE = /\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b/;

/** The first amount: a number with a currency, else the first number that stands for itself. */
export function findAmount(text: string): number | undefined {
  const marked = MARKED.exec(text);
  const digits = marked?.[1] ?? marked?.[2] ?? BARE.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits.replaceAll(",", ""));
}

/** A number, also from a value that is text as a whole: `$3,000`, `3000 USD`. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const found = typeof value === "string" ? WHOLE.exec(value) : null;
  return found === null ? undefined : Number(`${found[1]}${found[2]}`.replaceAll(",", ""));
}

/** The first ISO date, without a time. */
export function findDate(text: string): string | undefined {
  return ISO_DATE.exec(text)?.[0];
}

const PLACE = new Set(["city", "place", "location", "country", "town", "region", "destination"]);
const NAME = String.raw`\p{Lu}[\p{L}'-]*(?:\s\p{Lu}[\p{L}'-]*)*`;
const PLACES = new RegExp(
  String.raw`\b(?:in|to|at|near|for)\s+(${NAME}(?:(?:,\s*${NAME})*,?\s+and\s+${NAME})?)`,
  "u",
);

/** The place that a text names, for a field that asks for one: `in San Francisco`. */
export function findPlace(text: string, field: string): string | undefined {
  return nameWords(field).some((word) => PLACE.has(word)) ? placesIn(text)[0] : undefined;
}

/** The text once for each place of a list in it, with that one alone; the text itself when it has no such list. */
export function onePlaceEach(text: string): string[] {
  const places = placesIn(text);
  const list = PLACES.exec(text)?.[1] ?? "";
  return places.length < 2 ? [text] : places.map((place) => text.replace(list, place));
}

function placesIn(text: string): string[] {
  return PLACES.exec(text)?.[1]?.split(/,?\s+and\s+|,\s*/) ?? [];
}

/** Whether a text has a word or phrase, whatever its case. */
export function mentions(text: string, phrase: string): boolean {
  const plain = (value: string): string => ` ${nameWords(value).join(" ")} `;
  return plain(phrase).trim() !== "" && plain(text).includes(plain(phrase));
}
