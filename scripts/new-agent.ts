// `npm run new-agent -- <name>`: writes an agent that assesses claims, its contract and its entry in the catalogue, and makes
// what follows from them.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { absolute } from "./generated/file.ts";
import { nameOf, namesOf } from "./new-agent/name.ts";
import { outsideFiles } from "./new-agent/outside.ts";
import { folderFiles } from "./new-agent/template.ts";

try {
  const names = namesOf(nameOf(process.argv.slice(2)));
  // All of them, before the first one is written.
  const files = [...folderFiles(names), ...outsideFiles(names)];
  for (const { path, content } of files) {
    mkdirSync(dirname(absolute(path)), { recursive: true });
    writeFileSync(absolute(path), content);
  }
  run("node", "scripts/setup.mjs", "--update-lockfile");
  // Sorts the imports, and breaks the lines that a long name makes too long.
  run("biome", "check", "--write", "--log-level=warn", ...files.map(({ path }) => path));
  run("node", "scripts/generate.ts");
  console.log(`Wrote ${files.map(({ path }) => path).join(", ")}.

Next, as docs/add-an-agent.md says:
  1. services/${names.name}/facts.ts: what the agent finds out, by data
  2. services/coordinator/decision/objections.ts: what its finding has against an approval (\`npm run typecheck\` until it says so)
  3. vitest run -u --project charts golden, where Helm is: what the charts render
  4. npm start`);
} catch (error) {
  console.error(`✖ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

function run(command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: absolute(""), stdio: "inherit" });
  if (status !== 0)
    throw new Error(`\`${command} ${args.join(" ")}\` failed: mend what it says, and run it again.`);
}
