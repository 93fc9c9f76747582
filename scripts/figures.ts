// Prints how large the library, its core, the simulator and the whole tree are, and how many files a model call passes; fails
// where one is more than it may be. Lines are those of files as they are, with comments and blank ones, tests left out.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOfModelCall } from "./figures/model-call-path.ts";

const LIBRARY = "packages/durable-agents/src/";
const SOURCE = /\.(ts|mjs|tpl|yaml|sh)$/;
const TEST = /^test\/|\/(e2e|fixtures)\/|\.test\.ts$/;
// The lockfile, and what `npm run generate` writes whole.
const GENERATED =
  /^pnpm-lock\.yaml$|^helm\/holdfast\/files\/|^deploy\/compose[^/]*\.yaml$|^services\/model-simulator\/stand-ins\.ts$/;

interface Figure {
  readonly name: string;
  readonly value: number;
  /** None: it is only printed. */
  readonly atMost?: number;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 })
  .split("\0")
  .filter((file) => SOURCE.test(file) && !TEST.test(file) && !GENERATED.test(file));

function linesIn(...folders: readonly string[]): number {
  return sources
    .filter((file) => folders.some((folder) => file.startsWith(folder)))
    .reduce((lines, file) => lines + readFileSync(join(root, file), "utf8").split("\n").length - 1, 0);
}

const passed = await filesOfModelCall();
// Lines of the library may only fall: 2,500 of the core and about 6,500 in all are what it shall come to.
const figures: readonly Figure[] = [
  {
    name: "lines of the library's core",
    value: linesIn(`${LIBRARY}runtime/`, `${LIBRARY}agents/`),
    atMost: 2_811,
  },
  { name: "lines of the library", value: linesIn(LIBRARY), atMost: 7_865 },
  { name: "files of the library that a model call passes", value: passed.length, atMost: 8 },
  { name: "lines of the simulator", value: linesIn("packages/simulator/src/"), atMost: 2_000 },
  { name: "lines of the tree", value: linesIn("") },
];
console.log(`A model call passes ${passed.join(", ")}`);
for (const { name, value, atMost } of figures) {
  const missed = atMost !== undefined && value > atMost;
  console.log(`${missed ? "✖" : " "} ${name}: ${value}${atMost === undefined ? "" : `, at most ${atMost}`}`);
  if (missed) process.exitCode = 1;
}
