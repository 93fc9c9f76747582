// Invocations of the product's services that were in flight in an earlier release go on in this build.

import { replayCheck } from "@holdfast/replay";
import { expect, it } from "vitest";
import { servicesOfBuild } from "../../../scripts/replay-check/services-of-build.ts";
import { readRelease, releases } from "./corpus.ts";

const services = await servicesOfBuild({});
const check = replayCheck(services);

it.each(await releases())("replays the journals of %s", async (release) => {
  const broken: unknown[] = [];
  for (const [file, journal] of await readRelease(release)) {
    const mismatch = await check(journal);
    if (mismatch) broken.push({ file, ...mismatch });
  }
  expect(broken).toEqual([]);
});
