// A process that is killed while a conversation is summarised: the summary is made once more at most, and stored once;
// no turn is lost, and none answered twice.

import { setTimeout } from "node:timers/promises";
import { type Simulator, startSimulator } from "@holdfast/simulator";
import {
  createIngress,
  freePort,
  type Ingress,
  type RestateServer,
  type ServiceProcess,
  startRestateServer,
  startServiceProcess,
  testSeed,
} from "@holdfast/testing";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";

const count = z.object({ entries: z.number() });
const stored = z.object({ value: z.string() });

describe.each(["default", "always-replay"] as const)("a conversation of a killed process [%s]", (mode) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  let simulator: Simulator;
  let server: RestateServer;
  let chats: ServiceProcess;
  let ingress: Ingress;

  beforeAll(async () => {
    simulator = await startSimulator();
    cleanups.push(() => simulator.stop());
    server = await startRestateServer({ mode });
    cleanups.push(() => server.stop());
    chats = await startServiceProcess({
      entry: new URL("./summarising-process.ts", import.meta.url),
      ready: /listening url=(?<url>\S+)/,
      env: { PORT: String(await freePort()), MODEL_URL: `${simulator.url}/v1` },
    });
    cleanups.push(() => chats.stop());
    await server.register(chats.url ?? "");
    ingress = createIngress(server.ingressUrl);
  });
  afterAll(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** How many summaries were asked for; what is called while one is asked for, and holds it. */
  let summaries = 0;
  let whileSummarising: (() => Promise<void>) | undefined;
  beforeEach(() => {
    summaries = 0;
    whileSummarising = undefined;
    simulator.reset();
    simulator.script(async ({ instructions, items }) => {
      if (!instructions.startsWith("You summarise")) {
        const last = items.at(-1);
        return { text: `answer to ${last?.type === "user" ? last.text : "?"}` };
      }
      const text = `summary ${++summaries}`;
      await whileSummarising?.();
      return { text };
    });
  });

  const say = (key: string, turn: number) => ingress.send("Chats", "message", `turn ${turn}`, { key });

  /** A conversation that is summarised with its next turn. */
  async function conversation(key: string): Promise<void> {
    for (let turn = 1; turn <= 5; turn++) await ingress.attach(await say(key, turn));
    expect(summaries).toBe(0);
  }

  async function journaled(id: string, entryType: string, entries: number): Promise<void> {
    const sql = `SELECT count(*) AS entries FROM sys_journal WHERE id = '${id}' AND entry_type = '${entryType}'`;
    while (((await server.query(sql, count))[0]?.entries ?? 0) < entries) await setTimeout(1);
  }

  /** Checks that all turns are there, each once, with a summary of the first three. */
  async function expectWhole(key: string, turns: number, summary: string): Promise<void> {
    const history = await ingress.call<object[]>("Chats", "history", undefined, { key });
    expect(history.map((item) => JSON.stringify(item).match(/(answer to )?turn \d+/)?.[0])).toEqual(
      Array.from({ length: turns }, (_, i) => [`turn ${i + 1}`, `answer to turn ${i + 1}`]).flat(),
    );
    const sql = `SELECT value_utf8 AS value FROM state WHERE service_key = '${key}' AND key = 'session/summary'`;
    const [row] = await server.query(sql, stored);
    expect(JSON.parse(row?.value ?? "null")).toEqual({ v: 1, upTo: 3, text: summary });
  }

  it("is summarised once more when nobody knows what the summariser said", async () => {
    const key = `in-flight-${mode}`;
    await conversation(key);
    const held = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    whileSummarising = () => {
      begun.resolve();
      return held.promise;
    };
    const id = await say(key, 6);
    await begun.promise;
    await chats.kill9();
    whileSummarising = undefined;
    held.resolve();
    await chats.restart();
    expect(await ingress.attach(id)).toBe("answer to turn 6");
    expect(summaries).toBe(2);
    await expectWhole(key, 6, "summary 2");
  });

  it("is not summarised again when the summary is journaled", async () => {
    const key = `journaled-${mode}`;
    await conversation(key);
    const id = await say(key, 6);
    await journaled(id, "Notification: Run", 1);
    await chats.kill9();
    await chats.restart();
    expect(await ingress.attach(id)).toBe("answer to turn 6");
    expect(summaries).toBe(1);
    await expectWhole(key, 6, "summary 1");
  });

  it("is whole whenever the process is killed", { timeout: 120_000 }, async () => {
    const delays = fc.sample(fc.nat(60), { seed: testSeed(), numRuns: 5 });
    for (const [round, delay] of delays.entries()) {
      const key = `whenever-${mode}-${round}`;
      await conversation(key);
      const ids = [await say(key, 6), await say(key, 7)];
      await setTimeout(delay);
      await chats.kill9();
      await chats.restart();
      const answers = await Promise.all(ids.map((id) => ingress.attach(id)));
      expect(answers, `killed after ${delay} ms`).toEqual(["answer to turn 6", "answer to turn 7"]);
      expect(summaries).toBeLessThanOrEqual(2);
      await expectWhole(key, 7, `summary ${summaries}`);
      summaries = 0;
    }
  });
});
