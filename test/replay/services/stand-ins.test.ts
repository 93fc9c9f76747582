// Stand-ins in place of what people and models wrote: nothing of it is left in a journal, and it replays in the same way.

import { reissuing, replayCheck, StandIns } from "@holdfast/replay";
import { expect, it } from "vitest";
import { servicesOfBuild } from "../../../scripts/replay-check/services-of-build.ts";
import { standInOptions } from "../../../scripts/replay-check/vocabulary.ts";
import { readRelease, releases } from "./corpus.ts";

// Of what drive.ts says and what the simulator answers.
const PERSONAL = [
  "hospital",
  "broken leg",
  "Jane Roe",
  "PLC-2024",
  "durable execution",
  "r.diaz",
  "bill checked",
];

const services = await servicesOfBuild({});
const check = replayCheck(services);
const reissue = reissuing(services, check);

it.each(await releases())("stands in for the texts of %s", async (release) => {
  const standIns = new StandIns(standInOptions);
  for (const [file, journal] of await readRelease(release)) {
    const replaced = await reissue(standIns.replace(journal));
    const text = replaced.entries.map(({ raw }) => Buffer.from(raw, "base64").toString()).join();
    for (const word of PERSONAL) expect(text.toLowerCase(), file).not.toContain(word.toLowerCase());
    expect(await check(replaced), file).toBeUndefined();
    expect(replaced.entries.map(({ type, name }) => [type, name])).toEqual(
      journal.entries.map(({ type, name }) => [type, name]),
    );
  }
});
