import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";

const script = fileURLToPath(new URL("bundle.ts", import.meta.url));

const sbomSchema = z.object({
  components: z.array(z.object({ name: z.string(), version: z.string().optional() })),
});

interface Bundle {
  readonly files: readonly string[];
  readonly contents: readonly string[];
  readonly sbom: string;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function bundle(service: string): Promise<Bundle> {
  const dir = mkdtempSync(join(tmpdir(), "holdfast-bundle-"));
  folders.push(dir);
  const sbomFile = join(dir, "sbom.json");
  await promisify(execFile)(process.execPath, [script, "--sbom", sbomFile, service, join(dir, "app")]);
  const files = readdirSync(join(dir, "app")).sort();
  return {
    files,
    contents: files.map((file) => readFileSync(join(dir, "app", file), "utf8")),
    sbom: readFileSync(sbomFile, "utf8"),
  };
}

// A second and more of work each.
let one: Bundle;
let two: Bundle;
beforeAll(async () => {
  [one, two] = await Promise.all([bundle("rate-comparison"), bundle("rate-comparison")]);
}, 60_000);

it("makes the same files and the same list of parts of the same sources", () => {
  expect(two.files).toEqual(one.files);
  expect(two.contents).toEqual(one.contents);
  expect(two.sbom).toBe(one.sbom);
});

it("brings data files along, and lists the packages that are in it, with their versions", () => {
  const { files, sbom } = one;
  expect(files).toEqual(expect.arrayContaining(["main.mjs", "restate-core.wasm", "standard-rates.yaml"]));
  const { components } = sbomSchema.parse(JSON.parse(sbom));
  expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(["zod", "pino", "restate-sdk"]));
  for (const { version } of components) expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(components.map(({ name }) => name)).not.toContain("vitest");
});
