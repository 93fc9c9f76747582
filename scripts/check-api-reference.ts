// Checks that docs/api is what `npm run docs` makes of the library's docstrings; that every export has one, typedoc checks.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const committed = join(root, "docs/api");

/** The texts of a folder's Markdown pages, by path. */
function pages(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".md"),
  );
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

const fresh = mkdtempSync(join(tmpdir(), "holdfast-api-"));
try {
  const args = ["--options", "packages/durable-agents/typedoc.json", "--logLevel", "Warn", "--out", fresh];
  execFileSync("npx", ["typedoc", ...args], { cwd: root, stdio: "inherit" });
  const [before, after] = [pages(committed), pages(fresh)];
  const stale = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  if (stale.length > 0) {
    console.error(`✖ Not current: ${stale.sort().join(", ")}. Run \`npm run docs\` and commit docs/api.`);
    process.exitCode = 1;
  }
} catch {
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
