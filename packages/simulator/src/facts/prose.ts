/** Reads values out of prose. Simple on purpose: what it finds is what anybody would find at a glance. */
import { nameWords } from "./names.ts";

const CURRENCY = "USD|EUR|GBP|CHF|dollars?|euros?|pounds?";
const DIGITS = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;
const MARKED = new RegExp(String.raw`[$€£]\s?(${DIGITS})|\b(${DIGITS})\s?(?:${CURRENCY})\b`, "i");
// Neither part of a date, a time or an identifier, nor an ordinal.
const BARE = new RegExp(String.raw`(?<![\w.,:/-])(${DIGITS})(?![\w:/-]|\.\d)`);
const ISO_DATE = /\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b/;

/** The first amount: a number with a currency, else the first number that stands for itself. */
export function findAmount(text: string): number | undefined {
  const marked = MARKED.exec(text);
  const digits = marked?.[1] ?? marked?.[2] ?? BARE.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits.replaceAll(",", ""));
}

/** The first ISO date, without a time. */
export function findDate(text: string): string | undefined {
  return ISO_DATE.exec(text)?.[0];
}

/** What follows a field's name in the text: `city: Paris`, `policy number is P-1`. */
export function findLabelled(text: string, name: string): string | undefined {
  const words = nameWords(name).join(String.raw`[\s_-]*`);
  if (words === "") return undefined;
  const found = new RegExp(String.raw`\b${words}\s*(?::|=|\bis\b)\s*"?([^\n",;]{1,100})`, "iu").exec(text);
  return found?.[1]?.replace(/[.\s]+$/, "") || undefined;
}

const PLACE = new Set(["city", "place", "location", "country", "town", "region", "destination"]);

const NAME = String.raw`\p{Lu}[\p{L}'-]*(?:\s\p{Lu}[\p{L}'-]*)*`;
const PLACES = new RegExp(
  String.raw`\b(?:in|to|at|near|for)\s+(${NAME}(?:(?:,\s*${NAME})*,?\s+and\s+${NAME})?)`,
  "u",
);

/** The places a text names: `in San Francisco`, `in New York, Paris and San Francisco`. */
function findPlaces(text: string): string[] {
  return PLACES.exec(text)?.[1]?.split(/,?\s+and\s+|,\s*/) ?? [];
}

/** The place a text names, for a field that asks for one. */
export function findPlace(text: string, name: string): string | undefined {
  return nameWords(name).some((word) => PLACE.has(word)) ? findPlaces(text)[0] : undefined;
}

/** The text once for each place that it names, with that one alone; the text itself if it names none, or one. */
export function onePlaceEach(text: string): string[] {
  const places = findPlaces(text);
  const list = PLACES.exec(text)?.[1];
  return list === undefined || places.length < 2 ? [text] : places.map((place) => text.replace(list, place));
}

/** Whether a text has a word or phrase, whatever its case. */
export function mentions(text: string, phrase: string): boolean {
  const plain = (value: string): string =>
    ` ${value
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim()} `;
  return plain(phrase).trim() !== "" && plain(text).includes(plain(phrase));
}

/** Reads a number from a value that may be text: `$3,000`, `3000 USD`. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const found = new RegExp(String.raw`^\s*(-?)[$€£]?\s?(-?(?:${DIGITS}))\s*(?:%|${CURRENCY})?\s*$`, "i").exec(
    value,
  );
  return found === null ? undefined : Number(`${found[1]}${found[2]}`.replaceAll(",", "").replace("--", "-"));
}
