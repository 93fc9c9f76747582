import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { readYaml } from "./yaml-file.ts";

const schema = z.strictObject({ version: z.literal(1), limit: z.number() });
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "holdfast-yaml-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(text: string): string {
  const path = join(dir, "data.yaml");
  writeFileSync(path, text);
  return path;
}

it("reads what fits", () => {
  expect(readYaml(schema, file("version: 1\nlimit: 5"))).toEqual({ version: 1, limit: 5 });
});

it.each([
  ["what is no YAML", "version: [1", /data\.yaml cannot be read/],
  [
    "what does not fit, naming the places",
    "version: 2\nlimit: many",
    /data\.yaml is wrong:[\s\S]*version[\s\S]*limit/,
  ],
])("refuses %s", (_what, text, message) => {
  expect(() => readYaml(schema, file(text))).toThrow(message);
});

it("refuses a file that is not there", () => {
  expect(() => readYaml(schema, join(dir, "none.yaml"))).toThrow(/none\.yaml cannot be read/);
});
