// Makes the charts' schemas and the tables of their READMEs from the comments of values.yaml. With --check it only tells what is
// not current.

import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { generated } from "./charts/generate.ts";

const check = process.argv.includes("--check");
const stale = generated().filter(({ path, content }) => readOrNothing(path) !== content);
const names = stale.map(({ path }) => relative(process.cwd(), path)).join(", ");

if (!check) {
  for (const { path, content } of stale) writeFileSync(path, content);
  console.log(names === "" ? "The charts are current." : `Wrote ${names}.`);
} else if (names !== "") {
  console.error(`✖ Not current: ${names}. Run \`npm run charts\` and commit them.`);
  process.exitCode = 1;
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
