// `npm run generate`: writes what is made from other files: from the catalogue of services, the charts' values and the
// definitions of the dashboards; with --api-reference the library's too. With --check it only names what is not current.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { chartFiles } from "./charts/generate.ts";
import { dashboardFiles } from "./dashboards/files.ts";
import { composeFiles } from "./generated/compose.ts";
import { absolute, read } from "./generated/file.ts";
import { standInsFile } from "./generated/stand-ins.ts";

const files = [...composeFiles(), ...chartFiles(), ...dashboardFiles(), standInsFile()];
const stale = files.filter(({ path, content }) => readOrNothing(path) !== content);
const names = stale.map(({ path }) => path).join(", ");
const check = process.argv.includes("--check");

if (!check) {
  for (const { path, content } of stale) {
    mkdirSync(dirname(absolute(path)), { recursive: true });
    writeFileSync(absolute(path), content);
  }
  console.log(names === "" ? "All generated files are current." : `Wrote ${names}.`);
} else if (names !== "") {
  console.error(`✖ Not current: ${names}. Run \`npm run generate\` and commit them.`);
  process.exitCode = 1;
}

if (process.argv.includes("--api-reference")) {
  const command = check ? "node scripts/check-api-reference.ts" : "npm run --silent docs";
  const { status } = spawnSync(command, { cwd: absolute(""), shell: true, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}

function readOrNothing(path: string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}
