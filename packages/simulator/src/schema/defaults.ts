/** Values for which the conversation has no data: the plainest ones that a schema allows. */
import fc from "fast-check";
import { nameWords } from "../facts/names.ts";
import type { SchemaNode } from "./schema-node.ts";

const FORMATS: Record<string, string> = {
  date: "2025-01-01",
  "date-time": "2025-01-01T00:00:00Z",
  time: "00:00:00Z",
  duration: "P1D",
  email: "simulated@example.com",
  "idn-email": "simulated@example.com",
  hostname: "example.com",
  uri: "https://example.com",
  "uri-reference": "https://example.com",
  uuid: "00000000-0000-4000-8000-000000000000",
  guid: "00000000-0000-4000-8000-000000000000",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  cidrv4: "192.0.2.0/24",
  cidrv6: "2001:db8::/32",
  base64: "c2ltdWxhdGVk",
  base64url: "c2ltdWxhdGVk",
  "json-string": "{}",
};

/** A string: the example of its format, one that matches its pattern, or "Simulated" and the property's name. */
export function defaultString(node: SchemaNode, name: string): string {
  const candidates = [
    FORMATS[node.format ?? ""],
    sized(`Simulated ${nameWords(name).join(" ")}`.trim(), node),
  ];
  const { pattern } = node;
  if (pattern === undefined) return candidates.find((text) => text !== undefined) ?? "";
  const expression = toRegExp(pattern);
  const suitable = (text: string): boolean => expression.test(text) && sized(text, node) === text;
  return candidates.find((text) => text !== undefined && suitable(text)) ?? matching(expression, suitable);
}

/** A number: zero, or the allowed one next to it. */
export function defaultNumber(node: SchemaNode, integer: boolean): number {
  const step = node.multipleOf ?? (integer ? 1 : undefined);
  const {
    minimum = -Infinity,
    exclusiveMinimum = -Infinity,
    maximum = Infinity,
    exclusiveMaximum = Infinity,
  } = node;
  const low = Math.max(minimum, exclusiveMinimum);
  const high = Math.min(maximum, exclusiveMaximum);
  const allowed = (value: number): boolean =>
    value >= minimum && value > exclusiveMinimum && value <= maximum && value < exclusiveMaximum;
  if (allowed(0)) return 0;
  if (step !== undefined) {
    const above = Math.ceil(low / step) * step;
    const below = Math.floor(high / step) * step;
    return (
      [above, above + step, below, below - step].find((value) => Number.isFinite(value) && allowed(value)) ??
      0
    );
  }
  const between = (low + high) / 2;
  return (
    [low, high, low + 1, high - 1, between].find((value) => Number.isFinite(value) && allowed(value)) ?? 0
  );
}

function sized(text: string, { minLength = 0, maxLength = Number.POSITIVE_INFINITY }: SchemaNode): string {
  return text.padEnd(minLength, ".").slice(0, maxLength === Number.POSITIVE_INFINITY ? undefined : maxLength);
}

function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return new RegExp(pattern);
  }
}

// A fixed seed: the same pattern always gives the same text.
function matching(expression: RegExp, suitable: (text: string) => boolean): string {
  try {
    const sample = fc.sample(fc.stringMatching(expression), { seed: 1, numRuns: 50 });
    return sample.find(suitable) ?? sample[0] ?? "";
  } catch {
    // fast-check does not know every kind of expression.
    return "";
  }
}
