// A session does what the SDK's own MemorySession does, whatever is appended, popped, cleared and read in which order;
// its policies read what they say; and who reads beside it sees it as it was at one moment.

import { describeModes, testSeed } from "@holdfast/testing";
import { type AgentInputItem, MemorySession } from "@openai/agents-core";
import { handlers, type ObjectContext, type ObjectSharedContext, object } from "@restatedev/restate-sdk";
import fc from "fast-check";
import { expect, it } from "vitest";
import { DurableContext } from "../src/index.ts";
import { keepLastTurns, RestateSession, readSession } from "../src/sessions/index.ts";

/** How many sequences of commands; more of them for a longer search. */
const RUNS = Number(process.env.SESSION_RUNS ?? 25);

type Command =
  | { readonly kind: "add"; readonly items: AgentInputItem[] }
  | { readonly kind: "pop" }
  | { readonly kind: "clear" }
  | { readonly kind: "items"; readonly limit?: number }
  | { readonly kind: "lastTurns"; readonly turns: number };

async function execute(ctx: ObjectContext, command: Command): Promise<unknown> {
  const session = new RestateSession(ctx);
  switch (command.kind) {
    case "add":
      return session.addItems(command.items);
    case "pop":
      return (await session.popItem()) ?? null;
    case "clear":
      return session.clearSession();
    case "items":
      return session.getItems(command.limit);
    case "lastTurns":
      return new RestateSession(ctx, { history: keepLastTurns(command.turns) }).getItems();
  }
}

const sessions = object({
  name: "Histories",
  handlers: {
    execute: async (ctx: ObjectContext, commands: Command[]) => {
      const results: unknown[] = [];
      for (const command of commands) results.push((await execute(ctx, command)) ?? null);
      return results;
    },
    /** Writes the state as an earlier version of this library did. */
    write: async (ctx: ObjectContext, state: Record<string, unknown>) => {
      for (const [key, value] of Object.entries(state)) ctx.set(key, value);
    },
    history: handlers.object.shared((ctx: ObjectSharedContext) => readSession(ctx)),
    /** Waits, in the middle of reading, for whoever changes the conversation. */
    pausingHistory: handlers.object.shared((ctx: ObjectSharedContext) => {
      const durable = DurableContext.from(ctx);
      const getAll = durable.getAll.bind(durable);
      let paused = false;
      durable.getAll = async <T>(names: readonly string[]) => {
        const values = await getAll<T>(names);
        if (!paused) {
          paused = true;
          const { id, promise } = durable.awakeable();
          readers.get(durable.key)?.(id);
          await promise;
        }
        return values;
      };
      return readSession(durable);
    }),
  },
  options: { enableLazyState: true },
});

/** What tells the test of a reader that waits, by the conversation's key. */
const readers = new Map<string, (awakeableId: string) => void>();

// More than are read in one go.
const PARTS = 90;
const adds = (what: string) =>
  Array.from({ length: PARTS }, (_, part): Command => ({ kind: "add", items: [user(`${what} ${part}`)] }));
const pops = Array.from({ length: PARTS }, (): Command => ({ kind: "pop" }));

const user = (content: string): AgentInputItem => ({ type: "message", role: "user", content });

/** What MemorySession says; the policy as its documentation says it. */
async function expected(memory: MemorySession, command: Command): Promise<unknown> {
  switch (command.kind) {
    case "add":
      return memory.addItems(command.items);
    case "pop":
      return memory.popItem();
    case "clear":
      return memory.clearSession();
    case "items":
      return memory.getItems(command.limit);
    case "lastTurns":
      return shortestTail(await memory.getItems(), command.turns);
  }
}

/** The shortest tail that begins with a user's message, has so many of them, and no result without its call. */
function shortestTail(items: AgentInputItem[], turns: number): AgentInputItem[] {
  for (let start = items.length - 1; start >= 0; start--) {
    const tail = items.slice(start);
    const calls = new Set<string>();
    const isWhole = tail.every((item) => {
      if (item.type === "function_call") calls.add(item.callId);
      return item.type !== "function_call_result" || calls.has(item.callId);
    });
    const users = tail.filter((item) => "role" in item && item.role === "user");
    if (isWhole && tail[0] === users[0] && users.length >= turns) return tail;
  }
  return items;
}

/** Appends of whole turns, of parts of them, and of several at once; a user may speak between a call and its result. */
function commands(): fc.Arbitrary<Command[]> {
  let calls = 0;
  const call = fc.constant(null).map(() => `call_${calls++}`);
  const message = fc.string({ maxLength: 8 }).map(user);
  const reply = fc.string({ maxLength: 8 }).map(
    (text): AgentInputItem => ({
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text }],
    }),
  );
  const toolCall = fc
    .record({ callId: call, between: fc.option(message, { freq: 3 }) })
    .map(({ callId, between }): AgentInputItem[] => [
      { type: "function_call", callId, name: "look_up", arguments: "{}", status: "completed" },
      ...(between ? [between] : []),
      { type: "function_call_result", callId, name: "look_up", status: "completed", output: "found" },
    ]);
  const turn = fc.tuple(message, fc.array(toolCall, { maxLength: 2 }), fc.option(reply));
  const items = fc
    .array(turn, { minLength: 1, maxLength: 3 })
    .map((turns) =>
      turns.flatMap(([first, tools, last]) => [first, ...tools.flat(), ...(last ? [last] : [])]),
    );
  // The items of one append, or each cut in two at any place, also between a call and its result.
  const addItems = fc
    .tuple(items, fc.nat(8))
    .map(([all, cut]): Command[] =>
      [all.slice(0, cut), all.slice(cut)].map((part) => ({ kind: "add", items: part })),
    );
  const one = <C extends Command>(command: fc.Arbitrary<C>) => command.map((c): Command[] => [c]);
  return fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: addItems },
        {
          weight: 3,
          arbitrary: fc.nat(12).map((n) => Array.from({ length: n }, (): Command => ({ kind: "pop" }))),
        },
        { weight: 1, arbitrary: one(fc.constant({ kind: "clear" as const })) },
        { weight: 4, arbitrary: one(fc.record({ kind: fc.constant("items" as const), limit: fc.nat(12) })) },
        { weight: 1, arbitrary: one(fc.constant({ kind: "items" as const })) },
        {
          weight: 4,
          arbitrary: one(
            fc.record({ kind: fc.constant("lastTurns" as const), turns: fc.integer({ min: 1, max: 5 }) }),
          ),
        },
      ),
      { minLength: 5, maxLength: 20 },
    )
    .map((groups) => groups.flat());
}

describeModes(
  "a session",
  (bed) => {
    it("does what the SDK's MemorySession does", { timeout: 300_000 }, async () => {
      let run = 0;
      const property = fc.asyncProperty(commands(), fc.integer({ min: 1, max: 5 }), async (all, perCall) => {
        const key = `run-${run++}`;
        const memory = new MemorySession();
        for (let i = 0; i < all.length; i += perCall) {
          const batch = all.slice(i, i + perCall);
          const results = await bed().call<unknown[]>("Histories", "execute", batch, { key });
          const wanted: unknown[] = [];
          for (const command of batch) wanted.push((await expected(memory, command)) ?? null);
          expect(results).toEqual(wanted);
        }
        expect(await bed().call("Histories", "history", undefined, { key })).toEqual(await memory.getItems());
      });
      await fc.assert(property, { seed: testSeed(), numRuns: RUNS });
    });

    it.each([
      ["cleared", [{ kind: "clear" }]],
      ["cleared and begun anew", [{ kind: "clear" }, ...adds("new")]],
      ["popped and continued", [...pops, ...adds("new")]],
      ["continued", adds("new")],
    ] as const)("is seen as it was at one moment by who reads while it is %s", async (what, change) => {
      const key = `beside ${what} ${bed().mode}`;
      const execute = (list: readonly Command[]) => bed().call("Histories", "execute", list, { key });
      const history = () => bed().call<AgentInputItem[]>("Histories", "history", undefined, { key });
      await execute([...adds("older"), { kind: "clear" }, ...adds("old")]);
      const before = await history();
      expect(before).toHaveLength(PARTS);
      const { promise: halfWay, resolve } = Promise.withResolvers<string>();
      readers.set(key, resolve);
      const reader = await bed().send("Histories", "pausingHistory", undefined, { key });
      const resume = await halfWay;
      await execute(change);
      await bed().resolveAwakeable(resume);
      const after = await history();
      // An append is no reason to read again.
      expect(await bed().attach(reader)).toEqual(what === "continued" ? before : after);
    });

    it("reads what earlier versions wrote", async () => {
      const key = "earlier";
      const chunk = (n: number) => ({ v: 1, turns: 1, items: [user(`turn ${n}`)] });
      await bed().call(
        "Histories",
        "write",
        {
          "session/head": { v: 1, first: 2, next: 4 },
          "session/00000002": chunk(2),
          "session/00000003": chunk(3),
        },
        { key },
      );
      const execute = (...list: Command[]) => bed().call<unknown[]>("Histories", "execute", list, { key });
      expect(await bed().call("Histories", "history", undefined, { key })).toEqual([
        user("turn 2"),
        user("turn 3"),
      ]);
      expect(await execute({ kind: "lastTurns", turns: 1 }, { kind: "pop" }, { kind: "items" })).toEqual([
        [user("turn 3")],
        user("turn 3"),
        [user("turn 2")],
      ]);
      expect(await execute({ kind: "add", items: [user("turn 4")] }, { kind: "items" })).toEqual([
        null,
        [user("turn 2"), user("turn 4")],
      ]);
    });
  },
  { services: () => [sessions] },
);
