import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { publishedManifest } from "./publish-manifest.ts";

const workspace = {
  name: "a-package",
  version: "1.2.3",
  scripts: { prepack: "build" },
  exports: { ".": "./src/index.ts" },
  publishConfig: { access: "public", exports: { ".": "./dist/index.js" } },
  dependencies: { openai: "^7.0.0" },
  devDependencies: { zod: "catalog:", "@holdfast/testing": "workspace:*" },
};

it("points to what was built and leaves out what is for development", () => {
  expect(publishedManifest(workspace)).toEqual({
    name: "a-package",
    version: "1.2.3",
    exports: { ".": "./dist/index.js" },
    publishConfig: { access: "public" },
    dependencies: { openai: "^7.0.0" },
  });
});

it.each(["dependencies", "peerDependencies"])("refuses %s that npm cannot install", (kind) => {
  const manifest = { ...workspace, [kind]: { openai: "catalog:" } };
  expect(() => publishedManifest(manifest)).toThrow(/openai "catalog:".*range/);
});

it("finds nothing to refuse in the library", () => {
  const file = new URL("../packages/durable-agents/package.json", import.meta.url);
  expect(() => publishedManifest(JSON.parse(readFileSync(file, "utf8")))).not.toThrow();
});
