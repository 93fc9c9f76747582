// A long conversation is sent to the model as a summary and its last turns: summarised by one model call in a step of its
// own, whose failure is not the turn's.

import { describeModes, EffectCounter, stateSize, type TestBed, testSeed } from "@holdfast/testing";
import { Agent, type AgentInputItem, type ModelRequest } from "@openai/agents-core";
import { handlers, type ObjectContext, type ObjectSharedContext, object } from "@restatedev/restate-sdk";
import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { budget, runUsage } from "../src/budgets/index.ts";
import { DurableRunner, durableTool } from "../src/index.ts";
import { RestateSession, readSession, summarise } from "../src/sessions/index.ts";
import { scriptedModels } from "./scripted-models.ts";

/** How many random conversations; more of them for a longer search. */
const RUNS = Number(process.env.SESSION_RUNS ?? 12);
const KEEP = 2;
const AFTER = 4;

const lookUp = durableTool({
  name: "look_up",
  description: "Looks something up",
  parameters: z.object({ what: z.string() }),
  execute: ({ what }, ctx) => ctx.run("look up", () => `found ${what}`),
});
const agent = new Agent({ name: "Chat", instructions: "chat", model: "chat-model", tools: [lookUp] });

const effects = new EffectCounter();
/** What the models were sent at each call, by conversation. */
const asked = new Map<string, ModelRequest[]>();
const summaries = new Map<string, ModelRequest[]>();
/** Answers the next summaries in place of the script. */
let summariser: ((request: ModelRequest) => string | Promise<string>) | undefined;
beforeEach(() => {
  summariser = undefined;
});

const models = scriptedModels((request) => {
  const text = JSON.stringify(request.input);
  const [, key = "", turn = ""] = text.match(/.*\[(\S+) turn (\d+)\]/) ?? [];
  if (request.systemInstructions?.startsWith("You summarise")) {
    summaries.set(key, [...(summaries.get(key) ?? []), request]);
    effects.hit(`${key} summary`);
    return summariser ? summariser(request) : `summary up to [${key} turn ${turn}]`;
  }
  const last = (request.input as AgentInputItem[]).at(-1);
  if (last && "role" in last && last.role === "user") {
    asked.set(key, [...(asked.get(key) ?? []), request]);
    // The SDK takes two calls of one id for one.
    return [{ tool: "look_up", args: { what: turn }, callId: `call_${turn}` }];
  }
  return `answer ${turn}`;
});

interface Message {
  readonly text: string;
  readonly prune?: boolean;
  readonly budgetTurns?: number;
}

async function message(ctx: ObjectContext, { text, prune = false, budgetTurns }: Message) {
  const session = new RestateSession(ctx, {
    history: summarise({ keepTurns: KEEP, after: AFTER, model: "small-model", prune }),
  });
  const runner = new DurableRunner(ctx, {
    modelProvider: models,
    initialRetryInterval: 1,
    plugins: [budget(budgetTurns === undefined ? {} : { turns: budgetTurns })],
  });
  const result = await runner.run(agent, text, { session });
  const tokens = result.state.usage.totalTokens;
  return { answer: result.finalOutput, calls: runUsage(result)?.turns, tokens };
}

const chats = object({
  name: "LongChats",
  handlers: {
    message: handlers.object.exclusive(message),
    // A cancellation reaches a step that runs only while Restate talks to the attempt.
    cancellable: handlers.object.exclusive({ inactivityTimeout: 30_000 }, message),
    append: (ctx: ObjectContext, items: AgentInputItem[]) => new RestateSession(ctx).addItems(items),
    items: (ctx: ObjectContext) =>
      new RestateSession(ctx, {
        history: summarise({ keepTurns: KEEP, after: AFTER, model: "none" }),
      }).getItems(),
    pop: async (ctx: ObjectContext) => (await new RestateSession(ctx).popItem()) ?? null,
    clear: (ctx: ObjectContext) => new RestateSession(ctx).clearSession(),
    history: handlers.object.shared((ctx: ObjectSharedContext) => readSession(ctx)),
  },
  options: { enableLazyState: true },
});

const TURN = ["user", "function_call", "function_call_result", "assistant"];
const times = (turns: number) => Array.from({ length: turns }, () => TURN).flat();

function outline(items: string | readonly AgentInputItem[]): string[] {
  if (typeof items === "string") return [items];
  return items.map((item) => ("role" in item ? item.role : (item.type ?? "")));
}

/** The numbers of the turns in a request, in their order. */
function turnsIn(request: ModelRequest | undefined): number[] {
  return turnsOf(request?.input);
}
function turnsOf(told: unknown): number[] {
  const numbers = [...JSON.stringify(told).matchAll(/turn (\d+)\]/g)].map(([, n]) => Number(n));
  return [...new Set(numbers)];
}

function isAnswered(callId: string, items: readonly AgentInputItem[]): boolean {
  return items.some((item) => item.type === "function_call_result" && item.callId === callId);
}

/** Checks what the model was sent, but for the new message, and gives how many turns were left out. */
function checkSent(
  input: readonly AgentInputItem[],
  stored: readonly AgentInputItem[],
  { prune, popped }: { readonly prune: boolean; readonly popped: ReadonlySet<number> },
): number {
  // A call whose result was popped is not sent: the SDK sees to that.
  const before = stored.filter((item) => item.type !== "function_call" || isAnswered(item.callId, stored));
  const hasSummary = JSON.stringify(input[0]).includes("Summarise our conversation");
  const summarised = hasSummary ? turnsOf(input[1]) : [];
  const rest = input.slice(hasSummary ? 2 : 0, -1);
  // A tail of the conversation that begins with a turn; the whole of it may begin with what is left of one.
  expect(rest).toEqual(before.slice(before.length - rest.length));
  const turns = rest.filter((item) => "role" in item && item.role === "user").length;
  expect(turns).toBeLessThanOrEqual(AFTER + 1);
  const all = turnsOf(before);
  const unsummarised = all.filter((n) => !summarised.includes(n)).length;
  // Fewer are kept only when those after the summary were popped.
  expect(turns).toBeGreaterThanOrEqual(Math.min(KEEP, unsummarised));
  if (rest.length > 0) expect(outline(rest)[0]).toBe("user");
  // What was taken back is left out, unless its source was pruned.
  if (!prune) expect(summarised.filter((n) => popped.has(n))).toEqual([]);
  const told = new Set([...summarised, ...turnsOf(rest)]);
  const untold = all.filter((n) => !told.has(n));
  // Only of a conversation with more turns outside of the summary than are ever sent.
  if (unsummarised <= AFTER + 1) expect(untold).toEqual([]);
  return untold.length;
}

const row = z.object({ key: z.string(), value: z.string() });

async function stateOf({ server }: TestBed, key: string): Promise<Map<string, unknown>> {
  const rows = await server.query(
    `SELECT key, value_utf8 AS value FROM state WHERE service_name = 'LongChats' AND service_key = '${key}'`,
    row,
  );
  return new Map(rows.map((entry) => [entry.key, JSON.parse(entry.value)]));
}

async function commandsOf({ server }: TestBed, id: string, type: string): Promise<string[]> {
  const rows = await server.query(
    `SELECT entry_type, name FROM sys_journal WHERE id = '${id}' AND entry_type = 'Command: ${type}'`,
    z.object({ entry_type: z.string(), name: z.string().nullish() }),
  );
  return rows.map(({ name }) => name ?? "");
}

describeModes(
  "a conversation that is summarised",
  (bed) => {
    const say = (key: string, turn: number, options: Omit<Message, "text"> = {}) =>
      bed().call<{ answer: string; calls: number; tokens: number }>(
        "LongChats",
        "message",
        { text: `[${key} turn ${turn}]`, ...options },
        { key },
      );
    const sayAll = async (key: string, from: number, to: number, options: Omit<Message, "text"> = {}) => {
      for (let turn = from; turn <= to; turn++) {
        expect((await say(key, turn, options)).answer).toBe(`answer ${turn}`);
      }
    };
    const historyOf = (key: string) =>
      bed().call<AgentInputItem[]>("LongChats", "history", undefined, { key });
    const lastAsked = (key: string) => asked.get(key)?.at(-1);
    const named = (name: string) => `${name}-${bed().mode}`;

    it("is whole until there are too many turns, then sends a summary and the last ones", async () => {
      const key = named("whole");
      await sayAll(key, 1, AFTER + 1);
      expect(outline(lastAsked(key)?.input ?? [])).toEqual([...times(AFTER), "user"]);
      expect(effects.count(`${key} summary`)).toBe(0);

      await sayAll(key, AFTER + 2, AFTER + 2);
      effects.expectOnce([`${key} summary`]);
      const input = lastAsked(key)?.input as AgentInputItem[];
      expect(outline(input)).toEqual(["user", "assistant", ...times(KEEP), "user"]);
      expect(JSON.stringify(input[1])).toContain(`summary up to [${key} turn 3]`);
      expect(turnsIn(summaries.get(key)?.[0])).toEqual([1, 2, 3]);
      expect((await stateOf(bed(), key)).get("session/summary")).toEqual({
        v: 1,
        upTo: 3,
        text: `summary up to [${key} turn 3]`,
      });
      // The history itself stays whole.
      expect(outline(await historyOf(key))).toEqual(times(AFTER + 2));
      expect(outline(await bed().call("LongChats", "items", undefined, { key }))).toEqual([
        "user",
        "assistant",
        ...times(KEEP + 1),
      ]);
    });

    it("summarises the summary and what came since, each turn once", async () => {
      const key = named("again");
      await sayAll(key, 1, 12);
      expect(summaries.get(key)?.map(turnsIn)).toEqual([
        [1, 2, 3],
        [3, 4, 5, 6],
        [6, 7, 8, 9],
      ]);
      expect(JSON.stringify(summaries.get(key)?.[1]?.input)).toContain(`summary up to [${key} turn 3]`);
      expect(turnsIn(lastAsked(key))).toEqual([9, 10, 11, 12]);
    });

    it("asks the summarising model in a step of its own, which counts in the run's usage and budget", async () => {
      const key = named("step");
      await sayAll(key, 1, AFTER + 1);
      const id = await bed().send("LongChats", "message", { text: `[${key} turn 6]` }, { key });
      // Two of the agent's calls, and the summary's.
      expect(await bed().attach(id)).toEqual({ answer: "answer 6", calls: 3, tokens: 3 * 15 });
      expect(await commandsOf(bed(), id, "Run")).toEqual([
        "summarise session",
        "Chat chat-model",
        "look up",
        "Chat chat-model",
      ]);
      await sayAll(key, 7, 8);
      const text = `[${key} turn 9]`;
      const failed = bed().call("LongChats", "message", { text, budgetTurns: 2 }, { key });
      await expect(failed).rejects.toMatchObject({
        body: expect.stringContaining("budget of 2 model calls"),
      });
    });

    it.each([
      ["fails for good", () => Promise.reject(Object.assign(new Error("none"), { status: 404 }))],
      ["fails each time", () => Promise.reject(new Error("overloaded"))],
      ["says nothing", () => "  "],
    ])("goes on when the summariser %s, and tries again with the next turn", async (what, fail) => {
      const key = named(what.replaceAll(" ", "-"));
      await sayAll(key, 1, AFTER + 1);
      summariser = fail;
      await sayAll(key, AFTER + 2, AFTER + 3);
      expect(effects.count(`${key} summary`)).toBe(what === "fails each time" ? 6 : 2);
      // No more than usual is sent, also when it never works.
      expect(turnsIn(lastAsked(key))).toEqual([2, 3, 4, 5, 6, 7]);
      expect((await stateOf(bed(), key)).has("session/summary")).toBe(false);
      summariser = undefined;
      await sayAll(key, AFTER + 4, AFTER + 4);
      expect(turnsIn(summaries.get(key)?.at(-1))).toEqual([1, 2, 3, 4, 5]);
      expect(turnsIn(lastAsked(key))).toEqual([5, 6, 7, 8]);
    });

    it("is as it was when it is cancelled while it is summarised, with what the user said", async () => {
      const key = named("cancelled");
      await sayAll(key, 1, AFTER + 1);
      const begun = Promise.withResolvers<void>();
      const held = Promise.withResolvers<string>();
      summariser = () => {
        begun.resolve();
        return held.promise;
      };
      const id = await bed().send("LongChats", "cancellable", { text: `[${key} turn 6]` }, { key });
      await begun.promise;
      await bed().cancel(id);
      await expect(bed().attach(id)).rejects.toMatchObject({ status: 409 });
      held.resolve("too late");
      expect((await stateOf(bed(), key)).has("session/summary")).toBe(false);
      expect(outline(await historyOf(key))).toEqual([...times(AFTER + 1), "user"]);
      expect(asked.get(key)).toHaveLength(AFTER + 1);
    });

    it("costs the same each time, however long it becomes", async () => {
      const key = named("flat");
      const cycle = AFTER + 1 - KEEP;
      await sayAll(key, 1, 8 * cycle);
      const costs = async (from: number) => {
        const sizes: number[] = [];
        for (let turn = from; turn < from + cycle; turn++) {
          const id = await bed().send("LongChats", "message", { text: `[${key} turn ${turn}]` }, { key });
          await bed().attach(id);
          sizes.push((await commandsOf(bed(), id, "GetLazyState")).length);
        }
        return sizes;
      };
      const early = await costs(8 * cycle + 1);
      await sayAll(key, 9 * cycle + 1, 16 * cycle);
      expect(await costs(16 * cycle + 1)).toEqual(early);
      expect(Math.max(...early)).toBeLessThanOrEqual(2 + AFTER + 1 + 1);
    });

    it("keeps no more in the state than it sends, when it has to prune", async () => {
      const key = named("pruned");
      const sizes: number[] = [];
      for (let turn = 1; turn <= 20; turn++) {
        await sayAll(key, turn, turn, { prune: true });
        sizes.push((await stateSize(bed().server, "LongChats", key)).entries);
      }
      expect(Math.max(...sizes)).toBe(2 + AFTER + 1);
      expect(turnsOf(await historyOf(key))).toEqual([16, 17, 18, 19, 20]);
      expect(turnsOf(lastAsked(key)?.input.slice(2))).toEqual([16, 17, 18, 19, 20]);
    });

    it("catches up turn by turn with a history that has no summary yet", async () => {
      const key = named("catch-up");
      for (let turn = 1; turn <= 40; turn++) {
        const items = [
          { role: "user", content: `[${key} turn ${turn}]` },
          {
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text: `answer ${turn}` }],
          },
        ];
        await bed().call("LongChats", "append", items, { key });
      }
      await sayAll(key, 41, 60);
      for (const request of summaries.get(key) ?? []) expect(turnsIn(request).length).toBeLessThanOrEqual(11);
      const told = new Set(summaries.get(key)?.flatMap(turnsIn));
      const upTo = Math.max(...told);
      expect([...told].sort((a, b) => a - b)).toEqual(Array.from({ length: upTo }, (_, i) => i + 1));
      expect(turnsIn(lastAsked(key))).toEqual(Array.from({ length: 60 - upTo + 1 }, (_, i) => upTo + i));
      for (const request of asked.get(key) ?? []) {
        expect(turnsIn(request).length).toBeLessThanOrEqual(AFTER + 1 + 2);
      }
    });

    it("forgets the summary of what is popped, or cleared", async () => {
      const key = named("popped");
      await sayAll(key, 1, AFTER + 2);
      const pop = () => bed().call<AgentInputItem | null>("LongChats", "pop", undefined, { key });
      for (let n = 0; n < 3 * TURN.length; n++) await pop();
      expect((await stateOf(bed(), key)).has("session/summary")).toBe(true);
      expect(outline([(await pop()) as AgentInputItem])).toEqual(["assistant"]);
      expect((await stateOf(bed(), key)).has("session/summary")).toBe(false);
      expect(outline(await bed().call("LongChats", "items", undefined, { key }))).toEqual([
        ...times(2),
        ...TURN.slice(0, -1),
      ]);

      await sayAll(key, 10, 13);
      expect((await stateOf(bed(), key)).has("session/summary")).toBe(true);
      await bed().call("LongChats", "clear", undefined, { key });
      expect([...(await stateOf(bed(), key)).keys()]).toEqual(["session/head"]);
      await sayAll(key, 20, 20);
      expect(turnsIn(lastAsked(key))).toEqual([20]);
    });

    it("tells the model of each turn, whatever fails or is taken back", { timeout: 300_000 }, async () => {
      let run = 0;
      const commands = fc.array(
        fc.oneof(
          { weight: 8, arbitrary: fc.record({ fails: fc.boolean() }) },
          { weight: 2, arbitrary: fc.record({ pops: fc.integer({ min: 1, max: 20 }) }) },
        ),
        { minLength: 5, maxLength: 15 },
      );
      const property = fc.asyncProperty(commands, fc.boolean(), async (list, prune) => {
        const key = named(`random-${run++}`);
        const popped = new Set<number>();
        let turn = 0;
        const sayAndCheck = async (fails: boolean) => {
          const before = await historyOf(key);
          summariser = (request) =>
            fails ? "" : `So far: ${turnsIn(request).map((n) => `[${key} turn ${n}]`)}`;
          await sayAll(key, ++turn, turn, { prune });
          return checkSent(lastAsked(key)?.input as AgentInputItem[], before, { prune, popped });
        };
        for (const command of list) {
          if ("fails" in command) {
            await sayAndCheck(command.fails);
          } else {
            const before = turnsOf(await historyOf(key));
            for (let n = 0; n < command.pops; n++) await bed().call("LongChats", "pop", undefined, { key });
            const after = turnsOf(await historyOf(key));
            for (const n of before) if (!after.includes(n)) popped.add(n);
          }
        }
        // However many are not in the summary, it catches up.
        let unseen = Number.POSITIVE_INFINITY;
        for (let n = 0; n < 20 && unseen > 0; n++) unseen = await sayAndCheck(false);
        expect(unseen).toBe(0);
      });
      await fc.assert(property, { seed: testSeed(), numRuns: RUNS });
    });
  },
  { services: () => [chats] },
);
