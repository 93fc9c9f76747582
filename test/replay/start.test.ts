// A journal's first message is made as Restate makes it: the id's bytes and the random numbers' seed are those of recordings.

import { fieldsOf, framesOf, type Journal, requestOf } from "@holdfast/replay";
import { expect, it } from "vitest";
import { readRecording, recordings } from "./corpus.ts";

const ID = 1;
const DEBUG_ID = 2;
const RANDOM_SEED = 9;

const startOf = (request: Buffer) => new Map(fieldsOf(framesOf(request)[0]!));

it.each(await recordings())("makes the start of $generation/$scenario", async (recording) => {
  for (const { request } of await readRecording(recording)) {
    const recorded = startOf(request);
    const journal: Journal = {
      v: 1,
      invocation: String(recorded.get(DEBUG_ID)),
      service: "Any",
      handler: "run",
      status: "suspended",
      protocol: 6,
      entries: [{ type: "Command: Input", raw: "" }],
    };
    const made = startOf(requestOf(journal).request);
    for (const field of [ID, DEBUG_ID, RANDOM_SEED]) expect(made.get(field)).toEqual(recorded.get(field));
  }
});
