// Checks that the library's replayed code uses no clock, timer, random number or request: all of its files but *.step.ts, which
// run inside of a durable step or beside the handler.

import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { worldlyUses } from "./replayed-code.ts";

const library = fileURLToPath(new URL("../packages/durable-agents/src/", import.meta.url));

it.each([
  ["const at = Date.now();", "1: Date.now"],
  ["\nconst at = new Date();", "2: new Date()"],
  ["setTimeout(() => {}, 1);", "1: setTimeout"],
  ["const later = setImmediate;", "1: setImmediate"],
  ['import { setTimeout as sleep } from "node:timers/promises";', "1: node:timers/promises"],
  ['import { randomUUID } from "node:crypto";', "1: randomUUID"],
  ["performance.now()", "1: performance.now"],
  ["Math.random()", "1: Math.random"],
  ["crypto.randomUUID()", "1: crypto.randomUUID"],
  ["AbortSignal.timeout(1)", "1: AbortSignal.timeout"],
  ["await fetch(url)", "1: fetch"],
  ['import { request } from "node:http";', "1: node:http"],
])("finds %j", (source, use) => {
  expect(worldlyUses(source)).toEqual([use]);
});

it.each([
  "new Date(at)",
  "ctx.date.now()",
  "api.fetch(url)",
  "// Date.now()",
  '"fetch"',
  "ctx.rand.random()",
])("lets %j be", (source) => {
  expect(worldlyUses(source)).toEqual([]);
});

it("finds none in the library's replayed code", () => {
  const files = globSync("**/*.ts", { cwd: library }).filter((file) => !/\.(step|test)\.ts$/.test(file));
  expect(files.length).toBeGreaterThan(50);
  const uses = files.flatMap((file) =>
    worldlyUses(readFileSync(library + file, "utf8")).map((use) => `${file}:${use}`),
  );
  expect(uses).toEqual([]);
});
