// Old journals keep replaying: each recorded request, given to today's library, must have the same outcome. A failure
// here is an upgrade that would break the invocations in flight. See README.md beside this file.

import { ERROR, framesOf, replayer } from "@holdfast/replay";
import { expect, it } from "vitest";
import { isRecorded, placeFor, readRecording, recordings } from "./corpus.ts";
import { outcomeOf } from "./outcome.ts";
import { makeScenario, scenarioNames } from "./scenario.ts";

const recorded = await recordings();
const scenarios = await scenarioNames();
// Their modules bring the whole library: it is loaded here, and not in the time of whichever test is first.
await Promise.all(scenarios.map(makeScenario));

it.each(recorded)("replays $generation/$scenario", async (id) => {
  const attempts = await readRecording(id);
  for (const delivery of new Set(attempts.map((attempt) => attempt.delivery))) {
    const replay = replayer((await makeScenario(id.scenario)).services);
    for (const [n, attempt] of attempts.entries()) {
      if (attempt.delivery !== delivery) continue;
      const label = `attempt ${n + 1} (${delivery}) of ${attempt.path}`;
      expect(outcomeOf(await replay(attempt)), label).toEqual(outcomeOf(attempt.response));
    }
  }
});

it.each(scenarios)("has a recording of %s", (scenario) => {
  expect(isRecorded(placeFor(scenario)), "run `npm run promote-journals`").toBe(true);
});

it("has the scenario of each recording", () => {
  expect(scenarios).toEqual(expect.arrayContaining(recorded.map(({ scenario }) => scenario)));
});

// Without this the tests above could pass because nothing is compared.
it("notices a journal that today's code would not write", async () => {
  const attempts = await readRecording(placeFor("parallel-tools"));
  const last = attempts.at(-1)!;
  const renamed = Buffer.from(last.request.toString("latin1").replace("rates 1", "rates 9"), "latin1");
  const replay = replayer((await makeScenario("parallel-tools")).services);
  const [answer] = framesOf(await replay({ ...last, request: renamed }));
  expect(answer?.type).toBe(ERROR);
  expect(answer?.payload.toString("latin1")).toContain("rates 9 != rates 1");
});
