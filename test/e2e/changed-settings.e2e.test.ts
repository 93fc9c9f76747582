// The matrix of changes: whatever an operator changes in a service's settings and files of rules, everything that waits goes on,
// and ends.

import { exportJournals, type Journal, type Mismatch, replayCheck } from "@holdfast/replay";
import type { Service } from "@holdfast/service-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { servicesBy } from "../../scripts/replay-check/services-of-build.ts";
import { agents, entryOf } from "../../services/catalogue.ts";
import { drive } from "../replay/services/drive.ts";
import { type Change, changesOf, type Env } from "./support/other-settings.ts";
import { answerPublicly, ReviewsAsked } from "./support/reviews.ts";
import { type System, startSystem } from "./system.ts";

// Thousands of replays, and all that waits in every state.
const LONG_MS = 300_000;
const GENTLE = { interval: 200, timeout: 100_000 };

const ruleFiles = {
  COVERAGE_PLAN_FILE: new URL("../../packages/claims/data/coverage-plan.yaml", import.meta.url),
  AUTHORITY_MATRIX_FILE: new URL(
    "../../services/coordinator/decision/authority-matrix.yaml",
    import.meta.url,
  ),
  STANDARD_RATES_FILE: new URL("../../services/rate-comparison/standard-rates.yaml", import.meta.url),
};

// Where a process listens, and whom it calls: with these changed, nobody would answer.
const OF_THE_PROCESS =
  /^(PORT|HEALTH_PORT|HOST|RESTATE_IDENTITY|OPENAI_BASE_URL|OPENAI_API$|RESTATE_INGRESS_URL|OTEL|LANGFUSE|WEATHER_API_URL)/;

const settings: Env = { OPENAI_API_KEY: "simulator", OPENAI_MODEL: "model-a" };

const reviews = new ReviewsAsked();
let system: System;
/** One of each kind of all that waits. */
const waiting: Journal[] = [];

beforeAll(async () => {
  system = await startSystem({ onLine: reviews.onLine, env: { OPENAI_MODEL: "model-a" } });
  await drive(system, reviews);
  const kinds = new Map<string, Journal>();
  for await (const journal of exportJournals(system.server.admin)) {
    const { service, handler, entries } = journal;
    kinds.set(JSON.stringify([service, handler, entries.map(({ type, name }) => [type, name])]), journal);
  }
  waiting.push(...kinds.values());
}, LONG_MS);

afterAll(() => system.stop());

const serviceOf = async (name: string): Promise<Service> => (await import(entryOf(name).href)).service;

// Before the matrix, which takes longer than the minute after which a call of a model that does not answer fails.
it(
  "ends, all of it, after everything was changed at once",
  async () => {
    const { server, simulator } = system;
    const inFlight = () =>
      server.query(
        `SELECT target, status, last_failure FROM sys_invocation
       WHERE status NOT IN ('completed', 'scheduled') AND target_handler_name NOT IN ('events', 'read')`,
        z.object({ target: z.string(), status: z.string(), last_failure: z.string().optional() }),
      );
    expect((await inFlight()).length).toBeGreaterThan(20);
    simulator.reset();
    await Promise.all(
      agents.map(async ({ name }) => {
        const changes = await changesOf(await serviceOf(name), settings, ruleFiles);
        await system.agent(name).restart(allAtOnce(changes));
      }),
    );
    await system.call("ScheduledAgent", "stop", undefined, { key: "held" });
    await system.call("ScheduledAgent", "stop", undefined, { key: "daily" });
    let answered = 0;
    const left = async () => {
      // Some come to their review only now that models answer.
      const asked = reviews.awakeables().slice(answered);
      answered += asked.length;
      for (const awakeable of asked) await answerPublicly(system, awakeable, "true");
      return inFlight();
    };
    await expect.poll(left, GENTLE).toEqual([]);
  },
  LONG_MS,
);

describe.each(agents.map(({ name }) => name))("what waits in %s", (name) => {
  it("goes on after each change of a setting or a rule", { timeout: LONG_MS }, async () => {
    const service = await serviceOf(name);
    const names = new Set([servicesBy(service, settings)].flat().map((bound) => bound.name));
    const journals = waiting.filter((journal) => names.has(journal.service));
    const changes = await changesOf(service, settings, ruleFiles);
    const broken: Record<string, Mismatch> = {};
    for (const { name: change, env } of [{ name: "nothing", env: settings }, ...changes]) {
      const check = replayCheck(servicesBy(service, env));
      for (const journal of journals) {
        const mismatch = await check(journal);
        const what = `${change}: ${journal.service}/${journal.handler} ${journal.key ?? ""}`;
        if (mismatch) broken[what] = mismatch;
      }
    }
    console.log(`${name}: ${changes.length} changes, ${journals.length} invocations that wait`);
    expect(broken).toEqual({});
  });
});

/** The last change of each setting: of numbers the largest, which lets models the time to answer. */
function allAtOnce(changes: readonly Change[]): Env {
  const changed: Record<string, string> = {};
  for (const { setting, value } of changes) {
    if (!OF_THE_PROCESS.test(setting)) changed[setting] = value;
  }
  return changed;
}
