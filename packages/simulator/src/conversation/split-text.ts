/** Parts a text into its JSON and its prose: prompts carry their data as objects in the middle of prose. */
import { isObject, type Json, parseJson } from "../json.ts";

// Bounds the work on hostile text: each attempt may scan to the end.
const MAX_ATTEMPTS = 200;

/** The JSON objects (and arrays of objects) of a text in their order, and the prose around them. */
export function splitText(text: string): { found: Json[]; prose: string } {
  const whole = parseJson(text);
  if (isData(whole)) return { found: [whole], prose: "" };
  const found: Json[] = [];
  let prose = "";
  let from = 0;
  let attempts = 0;
  for (const { index } of text.matchAll(/[{[]/g)) {
    if (index < from) continue;
    if (++attempts > MAX_ATTEMPTS) break;
    const end = closingOf(text, index);
    const value = end < 0 ? undefined : parseJson(text.slice(index, end));
    if (!isData(value)) continue;
    found.push(value);
    prose += `${text.slice(from, index)} `;
    from = end;
  }
  return { found, prose: (prose + text.slice(from)).trim() };
}

function isData(value: Json | undefined): value is Json {
  return isObject(value) || (Array.isArray(value) && value.length > 0 && value.every(isObject));
}

// The position after the bracket that closes the one at `start`; -1 when none does.
function closingOf(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') inString = !inString;
    else if (inString) at += character === "\\" ? 1 : 0;
    else if ("{[".includes(character)) depth += 1;
    else if ("}]".includes(character) && --depth === 0) return at + 1;
  }
  return -1;
}
