// A model is a setting: journals that name another one than today's agents replay as if nothing had changed.

import { replayer } from "@holdfast/replay";
import { beforeAll, expect, it } from "vitest";
import { placeFor, readRecording, recordings } from "./corpus.ts";
import { outcomeOf } from "./outcome.ts";
import { makeScenario } from "./scenario.ts";

const recorded = await recordings();

/** Writes one model's name in place of the other's; both have the same length, so that all messages stay whole. */
const renamed = (bytes: Buffer) =>
  Buffer.from(bytes.toString("latin1").replaceAll("a-model", "b-model"), "latin1");
const withoutModel = (outcome: unknown) => JSON.stringify(outcome).replaceAll("b-model", "a-model");

// The first attempt of a process is not read.
beforeAll(async () => {
  const [first] = await readRecording(placeFor("waits"));
  await replayer((await makeScenario("waits")).services)(first!);
});

it.each(recorded)("replays $generation/$scenario, begun with another model", async (id) => {
  const attempts = await readRecording(id);
  for (const delivery of new Set(attempts.map((attempt) => attempt.delivery))) {
    const replay = replayer((await makeScenario(id.scenario)).services);
    for (const [n, attempt] of attempts.entries()) {
      if (attempt.delivery !== delivery) continue;
      const answer = await replay({ ...attempt, request: renamed(attempt.request) });
      expect(withoutModel(outcomeOf(answer)), `attempt ${n + 1} (${delivery})`).toEqual(
        withoutModel(outcomeOf(attempt.response)),
      );
    }
  }
});
