// Each script of package.json works as the first command of a fresh clone.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";

const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
const { setup, ...scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(manifest)).scripts;

it("needs nothing installed, to set up", () => {
  expect(setup).toBe("node scripts/setup.mjs");
});

// In a shell of its own: one that has run `node` before the workspace's own is there would go on with the older one.
it.each(Object.entries(scripts))("sets up first, in another shell: %s", (_name, script) => {
  expect(script).toMatch(/^npm run --silent setup && /);
});
