// Checks that a file's header says what the file is, and that telemetry is emitted and people are notified, in these words.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const ASKING = /^(?:\/\/|#|\/\*\*\s(?: \*)?) (?:What|Which|How|Who|Whether|Where|When)\b/;
// The field says: emit, record, notify, report, log.
const IDIOM = /\b(?:(?:tell|tells|told|telling) of|(?:is|are|was|were|be|been) told)\b/;
// Released notes, recordings, and this file, which has to name the words.
const KEPT = /CHANGELOG\.md$|^test\/(?:fixtures\/|replay\/scenarios\/|docs\/words)/;

const files = execFileSync(
  "git",
  ["ls-files", "*.ts", "*.mjs", "*.md", "*.yaml", "*.tpl", "*.sh", "*Dockerfile"],
  {
    cwd: root,
    encoding: "utf8",
  },
)
  .split("\n")
  .filter((file) => file !== "" && !KEPT.test(file) && existsSync(join(root, file)))
  .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

it("a header says what the file is, and asks no indirect question", () => {
  expect(files.filter(({ text }) => ASKING.test(text)).map(({ file }) => file)).toEqual([]);
});

it("no line falls back on the idioms of the project's beginnings", () => {
  const lines = files.flatMap(({ file, text }) =>
    text.split("\n").flatMap((line, at) => (IDIOM.test(line) ? [`${file}:${at + 1} ${line.trim()}`] : [])),
  );
  expect(lines).toEqual([]);
});
