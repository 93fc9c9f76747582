/** The plainest strings and numbers that a schema allows, for which the conversation has no data. */
import fc from "fast-check";
import { nameWords } from "../conversation/names.ts";
import type { SchemaNode } from "./schema-node.ts";
import { conforms } from "./validate.ts";

const FORMATS: Record<string, string> = {
  date: "2025-01-01",
  "date-time": "2025-01-01T00:00:00Z",
  time: "00:00:00Z",
  duration: "P1D",
  email: "simulated@example.com",
  hostname: "example.com",
  uri: "https://example.com",
  "uri-reference": "https://example.com",
  uuid: "00000000-0000-4000-8000-000000000000",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
};

/** The example of its format, "Simulated" and the property's name, or a text that matches its pattern. */
export function plainString(node: SchemaNode, name: string): string {
  const { format = "", pattern, minLength = 0, maxLength } = node;
  const named = `Simulated ${nameWords(name).join(" ")}`.trim().padEnd(minLength, ".").slice(0, maxLength);
  const example = FORMATS[format] ?? named;
  if (pattern === undefined) return example;
  const suitable = (text: string): boolean => conforms(node, text);
  return [example, named].find(suitable) ?? matching(pattern, suitable);
}

// A fixed seed: the same pattern always gives the same text.
function matching(pattern: string, suitable: (text: string) => boolean): string {
  try {
    return fc.sample(fc.stringMatching(new RegExp(pattern)), { seed: 1, numRuns: 50 }).find(suitable) ?? "";
  } catch {
    // fast-check does not know every kind of expression.
    return "";
  }
}

/** Zero, or the allowed number next to it. */
export function plainNumber(node: SchemaNode): number {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf: step = 1 } = node;
  const ends = [minimum, exclusiveMinimum, maximum, exclusiveMaximum].filter((end) => end !== undefined);
  const near = ends.flatMap((end) => [-1, 0, 1].map((steps) => (Math.round(end / step) + steps) * step));
  const between = ends.reduce((sum, end) => sum + end, 0) / Math.max(1, ends.length);
  return [0, ...ends, ...near, between].find((value) => conforms(node, value)) ?? 0;
}
