// A conversation with the chat agent, as its README shows it: it remembers, keeps its order, forgets when it is told to,
// and only ever adds to its state.

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { holdCalls } from "./support/model-calls.ts";
import { useSystem } from "./system.ts";

const POEM = "Make a poem about durable execution.";
const SHORTER = "Shorten it to 2 lines.";
const LAST_TURNS = 3;

const chunkRow = z.object({ key: z.string(), value_utf8: z.string() });

describe.each(["default", "always-replay"] as const)("a conversation [%s]", (mode) => {
  const system = useSystem({ mode, only: ["chat"], env: { CHAT_LAST_TURNS: String(LAST_TURNS) } });

  const say = (session: string, message: string) =>
    system().call<string>("Chat", "message", { message }, { key: session });
  const historyOf = (session: string) =>
    system().call<{ role: string; content: string }[]>("Chat", "get_history", undefined, { key: session });
  const stateOf = (session: string) =>
    system().server.query(
      `SELECT key, value_utf8 FROM state WHERE service_name = 'Chat' AND service_key = '${session}' ORDER BY key`,
      chunkRow,
    );

  it("remembers what was said", async () => {
    const poem = await say("session123", POEM);
    expect(poem.split("\n").length).toBeGreaterThan(2);
    const shorter = await say("session123", SHORTER);
    expect(shorter).toBe(poem.split("\n").slice(0, 2).join("\n"));
    const history = [
      { role: "user", content: POEM },
      { role: "assistant", content: poem },
      { role: "user", content: SHORTER },
      { role: "assistant", content: shorter },
    ];
    expect(await historyOf("session123")).toEqual(history);
    // curl without a body asks with GET.
    const response = await fetch(`${system().server.ingressUrl}/Chat/session123/get_history`);
    expect(await response.json()).toEqual(history);
    expect(await historyOf("another")).toEqual([]);
    expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
  });

  it("only adds to its state", async () => {
    await say("append", POEM);
    const before = (await stateOf("append")).filter(({ key }) => key !== "session/head");
    await say("append", SHORTER);
    const after = (await stateOf("append")).filter(({ key }) => key !== "session/head");
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
    expect(after.map(({ key }) => key)).toEqual(after.map((_, i) => `session/${String(i).padStart(8, "0")}`));
  });

  it("answers messages in the order in which they came", async () => {
    const { simulator, send, attach } = system();
    const held = holdCalls(simulator, () => true);
    const ids: string[] = [];
    for (const message of ["one", "two", "three"]) {
      ids.push(await send("Chat", "message", { message }, { key: "queue" }));
    }
    await held.arrived();
    expect(await historyOf("queue")).toEqual([]);
    held.release();
    const answers = await Promise.all(ids.map((id) => attach<string>(id)));
    expect(await historyOf("queue")).toEqual(
      ["one", "two", "three"].flatMap((content, i) => [
        { role: "user", content },
        { role: "assistant", content: answers[i] },
      ]),
    );
    expect(simulator.stats()).toMatchObject({ total: 3, repeated: 0, peakInFlight: 1 });
  });

  it("sends the model its last turns alone, and keeps them all", async () => {
    const { simulator } = system();
    for (let turn = 1; turn <= LAST_TURNS + 1; turn++) await say("long", `turn ${turn}`);
    const next = simulator.nextCall();
    await say("long", "the last turn");
    const texts = (await next).items.flatMap((item) => (item.type === "user" ? [item.text] : []));
    expect(texts).toEqual([...Array(LAST_TURNS)].map((_, i) => `turn ${i + 2}`).concat("the last turn"));
    expect(await historyOf("long")).toHaveLength(2 * (LAST_TURNS + 2));
  });

  it("is forgotten when it is cleared", async () => {
    const { simulator, call } = system();
    await say("cleared", POEM);
    await call("Chat", "clear", undefined, { key: "cleared" });
    expect(await historyOf("cleared")).toEqual([]);
    const next = simulator.nextCall();
    const answer = await say("cleared", SHORTER);
    expect((await next).items).toHaveLength(1);
    expect(await historyOf("cleared")).toEqual([
      { role: "user", content: SHORTER },
      { role: "assistant", content: answer },
    ]);
    expect(JSON.stringify(await stateOf("cleared"))).not.toContain(POEM);
  });

  it("does not remember a message that the model could not answer", async () => {
    const { simulator } = system();
    await say("failing", POEM);
    simulator.inject({ kind: "status", status: 401 });
    await expect(say("failing", SHORTER)).rejects.toMatchObject({ status: 401 });
    expect(await historyOf("failing")).toHaveLength(2);
    expect(await say("failing", SHORTER)).toContain("\n");
  });
});
