// Records the scenarios that the corpus does not have yet, on a real restate-server. What is recorded stays as it is.

import { END, framesOf, replayer } from "@holdfast/replay";
import { createIngress, startRestateServer } from "@holdfast/testing";
import { type Attempt, DELIVERIES, type Delivery, isRecorded, placeFor, writeRecording } from "./corpus.ts";
import { outcomeOf } from "./outcome.ts";
import { startRecorder } from "./recorder.ts";
import { makeScenario, scenarioNames } from "./scenario.ts";
import { versions } from "./versions.ts";

/** Runs a scenario on a server of its own. */
async function record(name: string, delivery: Delivery): Promise<Attempt[]> {
  const { services, drive } = await makeScenario(name);
  const recorder = await startRecorder(services, delivery);
  const server = await startRestateServer();
  try {
    await server.register(recorder.url);
    await drive({ ...createIngress(server.ingressUrl), server });
    return recorder.attempts();
  } finally {
    await server.stop();
    await recorder.stop();
  }
}

/** @throws Error when the scenario cannot be relied on: the same code must do the same again */
async function assertReplays(name: string, attempts: readonly Attempt[]): Promise<void> {
  const replay = replayer((await makeScenario(name)).services);
  for (const [n, attempt] of attempts.entries()) {
    const [then, now] = [outcomeOf(attempt.response), outcomeOf(await replay(attempt))];
    if (JSON.stringify(then) !== JSON.stringify(now)) {
      throw new Error(
        `Scenario ${name} is not deterministic: its attempt ${n + 1} did ${JSON.stringify(then)}, ` +
          `and replayed at once ${JSON.stringify(now)}.`,
      );
    }
  }
  if (!attempts.some(({ response }) => framesOf(response).at(-1)?.type === END)) {
    throw new Error(`Scenario ${name} ended no invocation (${attempts.length} attempts).`);
  }
}

// Failing steps tell Restate their stack traces, and paths of this machine do not belong into the corpus.
Error.stackTraceLimit = 0;

let added = 0;
for (const name of await scenarioNames()) {
  const place = placeFor(name);
  if (isRecorded(place)) continue;
  const attempts: Attempt[] = [];
  for (const delivery of DELIVERIES) {
    const recorded = await record(name, delivery);
    await assertReplays(name, recorded);
    attempts.push(...recorded);
  }
  await writeRecording(place, attempts, await versions());
  console.log(`added ${place.generation}/${name}: ${attempts.length} attempts`);
  added++;
}
console.log(added === 0 ? "Every scenario is recorded; nothing added." : `${added} added.`);
