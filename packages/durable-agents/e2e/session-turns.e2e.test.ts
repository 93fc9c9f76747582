// Two messages for one session: whoever sends the second one chooses whether it waits, is refused or interrupts, and the
// conversation makes sense afterwards, whatever was cut short.

import { setTimeout } from "node:timers/promises";
import { describeModes, EffectCounter, IngressError, type TestBed, testSeed } from "@holdfast/testing";
import { Agent, type AgentInputItem } from "@openai/agents-core";
import { CancelledError, iface, implement, type ObjectContext } from "@restatedev/restate-sdk";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { DurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { type IfBusy, RestateSession, readSession, runTurn, submitTurn } from "../src/sessions/index.ts";
import { scriptedModels } from "./scripted-models.ts";

interface Message {
  readonly text: string;
  readonly stream?: boolean;
}

const contract = iface.object("Sessions", {
  message: iface.json<Message, string>(),
  submit: iface.shared.json<Message & { ifBusy: IfBusy }, string>(),
  history: iface.shared.json<void, AgentInputItem[]>(),
});

const effects = new EffectCounter();

/** Resolves when an effect has happened. */
const waiting = new Map<string, () => void>();
function happened(effect: string): Promise<void> {
  if (effects.count(effect) > 0) return Promise.resolve();
  return new Promise((resolve) => waiting.set(effect, resolve));
}
function hit(effect: string): void {
  effects.hit(effect);
  waiting.get(effect)?.();
}

/** What holds the undoing of a turn, by its text. */
const holds = new Map<string, PromiseWithResolvers<void>>();
function hold(text: string): PromiseWithResolvers<void> {
  const gate = Promise.withResolvers<void>();
  holds.set(text, gate);
  return gate;
}
afterEach(() => holds.clear());

// Works on "… for ever" until it is cancelled.
const work = durableTool({
  name: "work",
  description: "Works",
  parameters: z.object({ text: z.string() }),
  execute: async ({ text }, ctx) => {
    await ctx.run("work", () => hit(`${text} works`));
    await ctx.sleep({ days: 1 });
  },
});
const agent = new Agent({ name: "Assistant", tools: [work] });

const models = scriptedModels(({ input }) => {
  const last = (input as AgentInputItem[]).at(-1);
  const text = last && "content" in last ? String(last.content) : "";
  hit(`${text} asked`);
  return text.endsWith("for ever") ? [{ tool: "work", args: { text } }] : `answer to ${text}`;
});

async function answer(ctx: ObjectContext, { text, stream }: Message): Promise<string> {
  const session = new RestateSession(ctx);
  const runner = new DurableRunner(ctx, { modelProvider: models });
  try {
    if (!stream) return String((await runner.run(agent, text, { session })).finalOutput);
    const result = await runner.run(agent, text, { session, stream });
    for await (const _event of result);
    return String(result.finalOutput);
  } catch (error) {
    // A compensation of several steps.
    const durable = DurableContext.from(ctx);
    for (const step of ["first", "second"]) {
      const undo = () =>
        durable.run(`undo ${step}`, () => {
          hit(`${text} undoing`);
          return holds.get(text)?.promise;
        });
      await undo().catch((again: unknown) => {
        if (again instanceof CancelledError) hit(`${text} undo cancelled`);
        throw again;
      });
      await durable.run(`${step} undone`, () => hit(`${text} ${step} undone`));
    }
    throw error;
  }
}

const sessions = implement(contract, {
  handlers: {
    message: (ctx, message) => runTurn(ctx, () => answer(ctx, message)),
    submit: (ctx, { ifBusy, ...message }) => submitTurn(ctx, contract, "message", message, ifBusy),
    history: (ctx) => readSession(ctx),
  },
  options: { enableLazyState: true },
});

const BUSY = { status: 409, body: expect.stringContaining("busy with another turn") };
const INTERRUPTED = { status: 409, body: expect.stringContaining("interrupted by another one") };

function failure(call: Promise<unknown>): Promise<IngressError> {
  return call.then(
    (value) => Promise.reject(new Error(`answered ${JSON.stringify(value)}`)),
    (error: unknown) => (error instanceof IngressError ? error : Promise.reject(error)),
  );
}

function outline(items: readonly AgentInputItem[]): string[] {
  return items.map((item) => {
    if (!("role" in item)) return item.type ?? "";
    const content = item.content as string | { text: string }[];
    return `${item.role}: ${typeof content === "string" ? content : content.map(({ text }) => text).join()}`;
  });
}

const ROUNDS = 10;
/** How many random sessions; more of them for a longer search. */
const RUNS = Number(process.env.SESSION_RUNS ?? 8);

const turnRow = z.object({ value: z.string() });
const turnState = z.object({ id: z.string(), running: z.boolean() });

/** The invocation that runs in the session, as its state says. */
async function running({ server }: TestBed, key: string): Promise<string | undefined> {
  const [row] = await server.query(
    `SELECT value_utf8 AS value FROM state WHERE service_key = '${key}' AND key = 'session/turn'`,
    turnRow,
  );
  const turn = row && turnState.parse(JSON.parse(row.value));
  return turn?.running ? turn.id : undefined;
}

/** How many messages wait for the one that runs. */
async function waitingFor({ server }: TestBed, key: string): Promise<number> {
  const sql = `SELECT id FROM sys_invocation WHERE target = 'Sessions/${key}/message' AND status = 'pending'`;
  return (await server.query(sql, z.object({ id: z.string() }))).length;
}

async function cancelRunning(bed: TestBed, key: string): Promise<void> {
  const id = await running(bed, key);
  if (id === undefined) throw new Error(`nothing runs in ${key}`);
  await bed.cancel(id);
}

describeModes(
  "turns of one session",
  (bed) => {
    const submit = (key: string, ifBusy: IfBusy, text: string, more: Partial<Message> = {}) =>
      bed().call<string>("Sessions", "submit", { text, ifBusy, ...more }, { key });
    const message = (key: string, text: string) =>
      bed().call<string>("Sessions", "message", { text }, { key });
    const history = async (key: string) =>
      outline(await bed().call<AgentInputItem[]>("Sessions", "history", undefined, { key }));
    const named = (name: string) => `${name}-${bed().mode}`;

    /** A message that is being worked on until it is cancelled; gives how its caller's call ended. */
    const working = async (key: string, name: string, more: Partial<Message> = {}) => {
      const text = `${key} ${name} for ever`;
      const ended = failure(submit(key, "queue", text, more));
      await happened(`${text} works`);
      return { text, ended };
    };
    const told = (key: string, name: string) => [
      `user: ${key} ${name}`,
      `assistant: answer to ${key} ${name}`,
    ];

    it("lets messages queue in their order", async () => {
      const key = named("queue");
      const { ended } = await working(key, "one");
      const rest: Promise<string>[] = [];
      // Sent to the exclusive handler itself, as submit's own order is not that of its callers.
      for (const name of ["two", "three", "four"]) {
        const id = await bed().send("Sessions", "message", { text: `${key} ${name}` }, { key });
        rest.push(bed().attach(id));
      }
      const last = submit(key, "queue", `${key} five`);
      await cancelRunning(bed(), key);
      await ended;
      await Promise.all([...rest, last]);
      expect(await history(key)).toEqual([
        `user: ${key} one for ever`,
        ...["two", "three", "four", "five"].flatMap((name) => told(key, name)),
      ]);
    });

    it("rejects a message for a busy session at once, and takes it when it is free", async () => {
      const key = named("reject");
      const { ended } = await working(key, "one");
      expect(await failure(submit(key, "reject", `${key} two`))).toMatchObject(BUSY);
      await cancelRunning(bed(), key);
      await ended;
      expect(await submit(key, "reject", `${key} three`)).toBe(`answer to ${key} three`);
      expect(await history(key)).toEqual([`user: ${key} one for ever`, ...told(key, "three")]);
      expect(effects.count(`${key} two asked`)).toBe(0);
    });

    it("takes exactly one of several messages that come at once and must not wait", async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const key = named(`at-once-${round}`);
        const texts = Array.from({ length: 4 }, (_, i) => `${key} ${i} for ever`);
        const calls = texts.map((text) => failure(submit(key, "reject", text)));
        // All but one end while that one works, which ends only when it is cancelled.
        await Promise.race(texts.map((text) => happened(`${text} works`)));
        const winner = texts.findIndex((text) => effects.count(`${text} works`) > 0);
        const losers = calls.filter((_, i) => i !== winner);
        for (const loser of losers) expect(await loser).toMatchObject(BUSY);
        await cancelRunning(bed(), key);
        expect(await calls[winner]).toMatchObject({ status: 409, body: expect.stringMatching(/cancelled/i) });
        expect(await history(key)).toEqual([`user: ${texts[winner]}`]);
      }
    });

    it("rejects a message beside one that is sent to the exclusive handler at the same moment", async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const key = named(`beside-${round}`);
        const plain = failure(message(key, `${key} plain for ever`));
        const rejectable = `${key} rejectable for ever`;
        const rejected = failure(submit(key, "reject", rejectable));
        await Promise.race([happened(`${key} plain for ever works`), happened(`${rejectable} works`)]);
        if (effects.count(`${rejectable} works`) > 0) {
          // It came first: the other one queues.
          await cancelRunning(bed(), key);
          await rejected;
          await happened(`${key} plain for ever works`);
        } else {
          expect(await rejected).toMatchObject(BUSY);
        }
        await cancelRunning(bed(), key);
        await plain;
      }
    });

    it("runs no message that another one came before, however short that one was", async () => {
      const key = named("short");
      await message(key, `${key} one`);
      // As it is sent by who saw that nothing had run yet.
      const headers = { "x-session-if-last-turn": "none" };
      const late = bed().call("Sessions", "message", { text: `${key} late` }, { key, headers });
      expect(await failure(late)).toMatchObject(BUSY);
      expect(await history(key)).toEqual(told(key, "one"));
    });

    it("rejects no message for ever because a turn was killed", async () => {
      const key = named("killed");
      const { ended } = await working(key, "one");
      const id = await running(bed(), key);
      await bed().server.admin.kill(id ?? "");
      await ended;
      expect(await submit(key, "reject", `${key} two`)).toBe(`answer to ${key} two`);
    });

    it.each([false, true])("interrupts a turn for a new message (streaming: %s)", async (stream) => {
      const key = named(`interrupt-${stream}`);
      const { text, ended } = await working(key, "one", { stream });
      expect(await submit(key, "interrupt", `${key} two`)).toBe(`answer to ${key} two`);
      expect(await ended).toMatchObject(INTERRUPTED);
      // What the user said stays; no call without its result does.
      expect(await history(key)).toEqual([`user: ${text}`, ...told(key, "two")]);
      effects.expectOnce([`${text} first undone`, `${text} second undone`, `${key} two asked`]);
    });

    it("interrupts nothing when nothing runs", async () => {
      const key = named("idle");
      expect(await submit(key, "interrupt", `${key} one`)).toBe(`answer to ${key} one`);
      expect(await submit(key, "interrupt", `${key} two`)).toBe(`answer to ${key} two`);
      expect(await history(key)).toEqual([...told(key, "one"), ...told(key, "two")]);
    });

    it("lets an interrupted turn undo its work once, however many interrupt it", async () => {
      const key = named("undo");
      const { text, ended } = await working(key, "one");
      const undoing = hold(text);
      const second = submit(key, "interrupt", `${key} two for ever`).catch((error: unknown) => error);
      await happened(`${text} undoing`);
      const third = submit(key, "interrupt", `${key} three`);
      await expect.poll(() => waitingFor(bed(), key)).toBe(2);
      undoing.resolve();
      expect(await third).toBe(`answer to ${key} three`);
      expect(await ended).toMatchObject(INTERRUPTED);
      // It was interrupted in its turn, whether or not its work had begun.
      expect(await second).toMatchObject(INTERRUPTED);
      expect(effects.count(`${text} undo cancelled`)).toBe(0);
      effects.expectOnce([`${text} first undone`, `${text} second undone`]);
      expect(await history(key)).toEqual([
        `user: ${text}`,
        `user: ${key} two for ever`,
        ...told(key, "three"),
      ]);
    });

    it("interrupts what waits before it, too", async () => {
      const key = named("waiting");
      const { text, ended } = await working(key, "one");
      const second = failure(message(key, `${key} two for ever`));
      await expect.poll(() => waitingFor(bed(), key)).toBe(1);
      expect(await submit(key, "interrupt", `${key} three`)).toBe(`answer to ${key} three`);
      for (const call of [ended, second]) expect(await call).toMatchObject(INTERRUPTED);
      expect(await history(key)).toEqual([
        `user: ${text}`,
        `user: ${key} two for ever`,
        ...told(key, "three"),
      ]);
    });

    it("leaves a sound conversation, whatever is sent when", { timeout: 300_000 }, async () => {
      let run = 0;
      const messages = fc.array(
        fc.record({
          ifBusy: fc.constantFrom<IfBusy>("queue", "reject", "interrupt"),
          isLong: fc.boolean(),
          after: fc.nat(60),
        }),
        { minLength: 3, maxLength: 8 },
      );
      const property = fc.asyncProperty(messages, async (list) => {
        const key = named(`any-${run++}`);
        let open = list.length;
        const calls = list.map(async ({ ifBusy, isLong, after }, i) => {
          await setTimeout(after);
          const text = `${key} ${i}${isLong ? " for ever" : ""}`;
          const outcome = await submit(key, ifBusy, text).then(
            () => "answered",
            (error: unknown) => (error instanceof IngressError ? error.body : Promise.reject(error)),
          );
          open--;
          return { text, outcome };
        });
        // Ends what would go on for ever, unless it is interrupted itself.
        for (let n = 0; open > 0; n++) {
          await setTimeout(80);
          await submit(key, "interrupt", `${key} end ${n}`).catch((error: unknown) =>
            expect(error).toMatchObject(INTERRUPTED),
          );
        }
        const said = await history(key);
        expect(said.filter((line) => !/^(user|assistant): /.test(line))).toEqual([]);
        for (const { text, outcome } of await Promise.all(calls)) {
          const at = said.flatMap((line, i) => (line === `user: ${text}` ? [i] : []));
          const answered = said.includes(`assistant: answer to ${text}`);
          if (outcome === "answered") {
            expect(at).toHaveLength(1);
            expect(said[(at[0] ?? 0) + 1]).toBe(`assistant: answer to ${text}`);
          } else if (outcome.includes("busy")) {
            expect({ at, asked: effects.count(`${text} asked`) }).toEqual({ at: [], asked: 0 });
          } else {
            expect(outcome).toContain("interrupted");
            expect({ times: at.length, answered }).toEqual({ times: 1, answered: false });
          }
        }
      });
      await fc.assert(property, { seed: testSeed(), numRuns: RUNS });
    });
  },
  { services: () => [sessions] },
);
