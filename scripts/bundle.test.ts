import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";

const script = fileURLToPath(new URL("bundle.ts", import.meta.url));

const sbomSchema = z.object({
  components: z.array(z.object({ name: z.string(), version: z.string().optional() })),
});

function bundle(service: string) {
  const dir = mkdtempSync(join(tmpdir(), "holdfast-bundle-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const sbomFile = join(dir, "sbom.json");
  execFileSync(process.execPath, [script, "--sbom", sbomFile, service, join(dir, "app")], { stdio: "pipe" });
  const files = readdirSync(join(dir, "app")).sort();
  return {
    files,
    contents: files.map((file) => readFileSync(join(dir, "app", file), "utf8")),
    sbom: readFileSync(sbomFile, "utf8"),
  };
}

it("makes the same files and the same list of parts of the same sources", () => {
  const [one, two] = [bundle("rate-comparison"), bundle("rate-comparison")];
  expect(two.files).toEqual(one.files);
  expect(two.contents).toEqual(one.contents);
  expect(two.sbom).toBe(one.sbom);
});

it("brings data files along, and lists the packages that are in it, with their versions", () => {
  const { files, sbom } = bundle("rate-comparison");
  expect(files).toEqual(expect.arrayContaining(["main.mjs", "standard-rates.yaml"]));
  const { components } = sbomSchema.parse(JSON.parse(sbom));
  expect(components.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["zod", "fastify", "restate-sdk"]),
  );
  for (const { version } of components) expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(components.map(({ name }) => name)).not.toContain("vitest");
});
