import { expect, it } from "vitest";
import { packedPage } from "./packed-docs.ts";

const places = new Map([
  ["packages/lib/README.md", "README.md"],
  ["docs/guide/tools.md", "docs/guide/tools.md"],
]);

it.each([
  ["[tools](../../docs/guide/tools.md#errors)", "[tools](docs/guide/tools.md#errors)"],
  ["see [the `tests`](../../test/README.md).", "see the `tests`."],
  ["[there](https://restate.dev), [here](#rules)", "[there](https://restate.dev), [here](#rules)"],
  ["```ts\ncalls[0](../../test)\n```", "```ts\ncalls[0](../../test)\n```"],
])("packs %j as %j", (markdown, packed) => {
  expect(packedPage(markdown, "packages/lib/README.md", places)).toBe(packed);
});

it("leads from a page of the guide to the packed README", () => {
  const page = packedPage("[README](../../packages/lib/README.md)", "docs/guide/tools.md", places);
  expect(page).toBe("[README](../../README.md)");
});
