// Conversations in a Virtual Object's state: appended to, read from their tail, and never cut between a tool call and
// its result.

import { describeModes, type TestBed } from "@holdfast/testing";
import { Agent, type AgentInputItem } from "@openai/agents-core";
import {
  handlers,
  type ObjectContext,
  type ObjectSharedContext,
  object,
  TerminalError,
} from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { z } from "zod";
import { DurableRunner, durableTool } from "../src/index.ts";
import { keepLastTurns, RestateSession, readSession } from "../src/sessions/index.ts";
import { scriptedModels } from "./scripted-models.ts";

const lookUp = durableTool({
  name: "look_up",
  description: "Looks something up",
  parameters: z.object({ what: z.string() }),
  execute: ({ what }, ctx) =>
    ctx.run("look up", () => {
      if (what === failing) throw new TerminalError("the plan is gone");
      return `found ${what}`;
    }),
});
// The second tool call of a turn of this number ends the run.
const FAILING_TURN = 99;
const failing = `b${FAILING_TURN}`;
const agent = new Agent({ name: "Chat", instructions: "chat", tools: [lookUp] });

/** What the model was sent at each call, by conversation. */
const sent = new Map<string, AgentInputItem[]>();

// Looks up two things, then answers; each turn is a user's message, two calls, two results and an answer.
const models = scriptedModels((request) => {
  const input = request.input as AgentInputItem[];
  const last = input.at(-1);
  const [, conversation = "", turn = ""] = JSON.stringify(input).match(/.*\[(\S+) turn (\d+)\]/) ?? [];
  if (last && "role" in last && last.role === "user") {
    sent.set(conversation, input);
    // The SDK takes two calls of one id for one.
    return ["a", "b"].map((what) => ({
      tool: "look_up",
      args: { what: `${what}${turn}` },
      callId: `call_${turn}_${what}`,
    }));
  }
  return `answer ${turn}`;
});

interface Message {
  readonly text: string;
  readonly lastTurns?: number;
  readonly prune?: boolean;
  readonly name?: string;
  readonly stream?: boolean;
}

const chats = object({
  name: "Chats",
  handlers: {
    message: async (ctx: ObjectContext, { text, name, lastTurns, prune = false, stream }: Message) => {
      const session = new RestateSession(ctx, {
        ...(name !== undefined && { name }),
        ...(lastTurns !== undefined && { history: keepLastTurns(lastTurns, { prune }) }),
      });
      const runner = new DurableRunner(ctx, { modelProvider: models });
      if (!stream) return (await runner.run(agent, text, { session })).finalOutput;
      const result = await runner.run(agent, text, { session, stream });
      for await (const _event of result);
      return result.finalOutput;
    },
    append: async (ctx: ObjectContext, turns: number) => {
      const session = new RestateSession(ctx);
      for (let turn = 0; turn < turns; turn++) await session.addItems([{ role: "user", content: "hello" }]);
    },
    items: (ctx: ObjectContext, limit?: number) => new RestateSession(ctx).getItems(limit),
    pop: async (ctx: ObjectContext) => (await new RestateSession(ctx).popItem()) ?? null,
    clear: (ctx: ObjectContext) => new RestateSession(ctx).clearSession(),
    history: handlers.object.shared((ctx: ObjectSharedContext, name?: string) => readSession(ctx, name)),
  },
  options: { enableLazyState: true },
});

const entry = z.object({ key: z.string(), value: z.string() });

async function stateOf({ server }: TestBed, key: string): Promise<Map<string, string>> {
  const rows = await server.query(
    `SELECT key, value_utf8 AS value FROM state WHERE service_name = 'Chats' AND service_key = '${key}'`,
    entry,
  );
  return new Map(rows.map((row) => [row.key, row.value]));
}

/** The items in short: who spoke, or what was called. */
function outline(items: readonly AgentInputItem[]): string[] {
  return items.map((item) => ("role" in item ? item.role : (item.type ?? "")));
}

const TURN = [
  "user",
  "function_call",
  "function_call",
  "function_call_result",
  "function_call_result",
  "assistant",
];

describeModes(
  "conversations",
  (bed) => {
    const say = async (key: string, turns: number[], options: Omit<Message, "text"> = {}) => {
      for (const turn of turns) {
        const text = `[${key} turn ${turn}]`;
        expect(await bed().call("Chats", "message", { text, ...options }, { key })).toBe(`answer ${turn}`);
      }
    };
    const history = (key: string, name?: string) =>
      bed().call<AgentInputItem[]>("Chats", "history", name, { key });

    it("appends and never rewrites what is stored", async () => {
      const key = `append-${bed().mode}`;
      await say(key, [1, 2]);
      const before = await stateOf(bed(), key);
      await say(key, [3]);
      const after = await stateOf(bed(), key);
      const changed = [...before].filter(([name, value]) => after.get(name) !== value).map(([name]) => name);
      expect(changed).toEqual(["session/head"]);
      expect(after.size).toBeGreaterThan(before.size);
      expect(outline(await history(key))).toEqual([...TURN, ...TURN, ...TURN]);
      expect(outline(sent.get(key) ?? [])).toEqual([...TURN, ...TURN, "user"]);
    });

    it("sends the model the last turns only, each as a whole", async () => {
      const key = `last-${bed().mode}`;
      await say(key, [1, 2, 3, 4], { lastTurns: 2 });
      // Two turns of what was stored before, and the new message.
      expect(outline(sent.get(key) ?? [])).toEqual([...TURN, ...TURN, "user"]);
      expect(JSON.stringify(sent.get(key))).not.toContain("turn 1");
      expect(outline(await history(key))).toEqual([...TURN, ...TURN, ...TURN, ...TURN]);
    });

    it("keeps older turns only until it has to prune them, then a few more of them each time", async () => {
      const key = `prune-${bed().mode}`;
      await say(key, [1, 2, 3, 4], { lastTurns: 2 });
      await say(key, [5], { lastTurns: 2, prune: true });
      expect(outline(sent.get(key) ?? [])).toEqual([...TURN, ...TURN, "user"]);
      expect(outline(await history(key))).toEqual([...TURN, ...TURN, ...TURN]);
      expect(JSON.stringify(await history(key))).not.toMatch(/turn [12]\]/);
      expect((await stateOf(bed(), key)).size).toBe(1 + 3);

      const long = `prune-long-${bed().mode}`;
      await bed().call("Chats", "append", 250, { key: long });
      for (const [turn, left] of [151, 52, 3, 3].entries()) {
        await say(long, [turn], { lastTurns: 2, prune: true });
        expect((await stateOf(bed(), long)).size).toBe(1 + left);
      }
    });

    it("reads no more state for a long conversation than for a short one", async () => {
      const key = `lazy-${bed().mode}`;
      await say(key, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { lastTurns: 1 });
      const read = async () => {
        const text = `[${key} turn 11]`;
        const id = await bed().send("Chats", "message", { text, lastTurns: 1 }, { key });
        await bed().attach(id);
        const rows = await bed().server.query(
          `SELECT entry_type FROM sys_journal WHERE id = '${id}'`,
          z.object({ entry_type: z.string() }),
        );
        return rows.filter(({ entry_type }) => entry_type === "Command: GetLazyState").length;
      };
      const first = await read();
      await say(key, [12, 13, 14, 15, 16], { lastTurns: 1 });
      expect(await read()).toBe(first);
    });

    it("gives the last items, takes the last one off, and clears", async () => {
      const key = `edit-${bed().mode}`;
      const items = (limit?: number) => bed().call<AgentInputItem[]>("Chats", "items", limit, { key });
      expect(await items()).toEqual([]);
      expect(await bed().call("Chats", "pop", undefined, { key })).toBeNull();
      await say(key, [1, 2]);
      expect(await items(0)).toEqual([]);
      expect(outline(await items(2))).toEqual(["function_call_result", "assistant"]);
      expect(outline(await items(8))).toEqual([...TURN.slice(-2), ...TURN]);
      expect(outline(await items(100))).toEqual([...TURN, ...TURN]);

      const all = await items();
      for (const expected of all.toReversed()) {
        expect(await bed().call("Chats", "pop", undefined, { key })).toEqual(expected);
      }
      expect(await items()).toEqual([]);

      await say(key, [3]);
      expect(outline(await history(key))).toEqual(TURN);
      await bed().call("Chats", "clear", undefined, { key });
      expect(await history(key)).toEqual([]);
      expect([...(await stateOf(bed(), key)).keys()]).toEqual(["session/head"]);
      await say(key, [4]);
      expect(outline(await history(key))).toEqual(TURN);
    });

    it.each([false, true])("goes on after a turn that failed (streaming: %s)", async (stream) => {
      const key = `failed-${stream}-${bed().mode}`;
      await say(key, [1], { stream });
      const text = `[${key} turn ${FAILING_TURN}]`;
      await expect(bed().call("Chats", "message", { text, stream }, { key })).rejects.toThrow(
        "the plan is gone",
      );
      await say(key, [2], { stream });
      // Of a run that failed the SDK keeps nothing, or in a streaming one what the user said.
      expect(outline(await history(key))).toEqual([...TURN, ...(stream ? ["user"] : []), ...TURN]);
      const calls = (sent.get(key) ?? []).filter(({ type }) => type === "function_call");
      const results = (sent.get(key) ?? []).filter(({ type }) => type === "function_call_result");
      expect(calls.length).toBe(results.length);
    });

    it("keeps conversations of one object apart", async () => {
      const key = `names-${bed().mode}`;
      await say(key, [1], { name: "first" });
      await say(key, [2], { name: "second" });
      expect(JSON.stringify(await history(key, "first"))).not.toContain("turn 2");
      expect(outline(await history(key, "second"))).toEqual(TURN);
    });
  },
  { services: () => [chats] },
);
