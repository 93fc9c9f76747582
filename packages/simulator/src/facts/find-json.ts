/** Finds JSON in text: prompts carry their data as objects in the middle of prose. */
import { isObject, type Json, parseJson } from "../json.ts";

/** A JSON value in a text. */
interface FoundJson {
  value: Json;
  /** The few words before it, which tell what it is: `Fraud finding: {…}`. */
  label: string;
}

/** The values found, in the order of the text, and the text without them. */
export interface SplitText {
  found: FoundJson[];
  prose: string;
}

// Bounds the work on hostile text: each attempt may scan to the end.
const MAX_ATTEMPTS = 200;
const MAX_LABEL = 60;

/** Parts a text into its JSON objects (and arrays of objects) and the prose around them. */
export function splitText(text: string): SplitText {
  const whole = parseJson(text);
  if (isData(whole)) return { found: [{ value: whole, label: "" }], prose: "" };
  const found: FoundJson[] = [];
  let prose = "";
  let from = 0;
  let attempts = 0;
  for (let at = nextOpening(text, 0); at >= 0 && attempts < MAX_ATTEMPTS; attempts += 1) {
    const end = closingOf(text, at);
    const value = end < 0 ? undefined : parseJson(text.slice(at, end));
    if (!isData(value)) {
      at = nextOpening(text, at + 1);
      continue;
    }
    const before = text.slice(from, at);
    found.push({ value, label: (before.split("\n").at(-1) ?? "").trim().slice(-MAX_LABEL) });
    prose += `${before} `;
    from = end;
    at = nextOpening(text, end);
  }
  return { found, prose: (prose + text.slice(from)).trim() };
}

function isData(value: Json | undefined): value is Json {
  return isObject(value) || (Array.isArray(value) && value.length > 0 && value.every(isObject));
}

function nextOpening(text: string, from: number): number {
  const offset = text.slice(from).search(/[{[]/);
  return offset < 0 ? -1 : from + offset;
}

// The position after the bracket that closes the one at `start`; -1 when none does.
function closingOf(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
