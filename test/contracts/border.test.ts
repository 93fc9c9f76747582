// The contracts of this build get on with those of the last release: docs/upgrades.md says what is refused, and what to do.

import { expect, it } from "vitest";
import { breaksBetween } from "./compare.ts";
import { contractsOfBuild } from "./contracts-of-build.ts";
import { lastRelease, readContracts } from "./releases.ts";

const now = await contractsOfBuild();

it("breaks nothing of the last release", async () => {
  expect(breaksBetween(await readContracts(await lastRelease()), now)).toEqual([]);
});

it("every output passes over fields that it does not know", () => {
  const strict = Object.entries(now).filter(
    ([, { output }]) =>
      output !== undefined && JSON.stringify(output).includes('"additionalProperties":false'),
  );
  expect(strict.map(([handler]) => handler)).toEqual([]);
});

it("every input of people and partners refuses fields that it does not know", () => {
  // What an agent's progress topics take is the library's, and says itself how it is read.
  const isOurs = (handler: string) => !handler.startsWith("ProgressTopics/") && !handler.startsWith("Rules/");
  const open = Object.entries(now).filter(
    ([handler, { input }]) =>
      isOurs(handler) && input !== undefined && !input["x-stored"] && input.additionalProperties !== false,
  );
  expect(open.map(([handler]) => handler)).toEqual([]);
});
