// Compares the contracts of a build with those of the release before it: the border that docs/upgrades.md describes.

import { type JsonSchema, type Reader, refusals } from "./refusals.ts";

/** The JSON schemas of each handler, by `Service/handler`; none where nothing is taken or given. */
export type Contracts = Readonly<
  Record<string, { readonly input?: JsonSchema | undefined; readonly output?: JsonSchema | undefined }>
>;

const STRICT: Reader = { unknownFields: false, unknownKinds: false };

/** What would break while the two run side by side, or for what the earlier one has stored: a line each. */
export function breaksBetween(before: Contracts, now: Contracts): string[] {
  return Object.entries(before).flatMap(([handler, { input, output }]) => {
    const today = now[handler];
    if (!today) return [`${goneFrom(now, handler)} is gone`];
    return [
      ...inputBreaks(input, today.input).map((what) => `${handler} input: ${what}`),
      ...outputBreaks(output, today.output).map((what) => `${handler} output: ${what}`),
    ];
  });
}

function inputBreaks(before: JsonSchema | undefined, now: JsonSchema | undefined): string[] {
  if (!before) return now ? ["is taken now, and was not sent"] : [];
  if (!now) return ["is not taken any more"];
  return isStored(now)
    ? storedBreaks(before, now)
    : refusals(now, before, STRICT).map(line("what callers send is refused"));
}

function outputBreaks(before: JsonSchema | undefined, now: JsonSchema | undefined): string[] {
  if (!before) return [];
  return now ? storedBreaks(before, now) : ["is not given any more"];
}

/** Both ways: the earlier release stored what this build reads, and reads what this build sends. */
function storedBreaks(before: JsonSchema, now: JsonSchema): string[] {
  const earlier = { unknownFields: true, unknownKinds: before["x-stored"] === "unknown kinds" };
  return [
    ...refusals(now, before, STRICT).map(line("what the release before wrote is refused")),
    ...refusals(before, now, earlier).map(line("the release before refuses what is written now")),
  ];
}

function line(what: string) {
  return ({ field, why }: { field: string; why: string }) => `${what}: ${field || "the whole"} ${why}`;
}

function isStored(schema: JsonSchema): boolean {
  return schema["x-stored"] !== undefined;
}

function goneFrom(now: Contracts, handler: string): string {
  const [service = ""] = handler.split("/");
  return Object.keys(now).some((other) => other.startsWith(`${service}/`)) ? handler : service;
}
