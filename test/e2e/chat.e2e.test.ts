// A conversation with the chat agent, as its README shows it: it remembers, keeps its order, forgets on request,
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

  it("remembers the conversation", async () => {
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
    const parts = async () => (await stateOf("append")).filter(({ key }) => /\d$/.test(key));
    const before = await parts();
    await say("append", SHORTER);
    const after = await parts();
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

  it("answers, refuses or puts in the queue what comes meanwhile, as its sender wishes", async () => {
    const { simulator, call } = system();
    const submit = (message: string, ifBusy?: string) =>
      call<string>("Chat", "submit", { message, ...(ifBusy && { ifBusy }) }, { key: "busy" });
    const held = holdCalls(simulator, () => true);
    const first = submit("one", "reject");
    await held.arrived();
    await expect(submit("two", "reject")).rejects.toMatchObject({ status: 409 });
    const third = submit("three");
    held.release();
    const answers = await Promise.all([first, third]);
    expect(await historyOf("busy")).toEqual(
      ["one", "three"].flatMap((content, i) => [
        { role: "user", content },
        { role: "assistant", content: answers[i] },
      ]),
    );
    expect(simulator.stats()).toMatchObject({ total: 2, repeated: 0, peakInFlight: 1 });
  });

  // A server that always replays does not talk to an attempt that waits for its model, so nothing can interrupt it.
  if (mode === "default") {
    it("lets a message interrupt the answer to another one", async () => {
      const { simulator, call } = system();
      const held = holdCalls(simulator, () => true);
      const first = say("interrupted", POEM).catch((error: unknown) => error);
      await held.arrived();
      const message = "No, about ships.";
      const second = call<string>("Chat", "submit", { message, ifBusy: "interrupt" }, { key: "interrupted" });
      expect(await first).toMatchObject({ status: 409, body: expect.stringContaining("interrupted") });
      // It refers to an earlier message.
      const { items } = await held.arrived(2);
      expect(items.flatMap((item) => (item.type === "user" ? [item.text] : []))).toEqual([POEM, message]);
      held.release();
      const answer = await second;
      expect(await historyOf("interrupted")).toEqual([
        { role: "user", content: POEM },
        { role: "user", content: message },
        { role: "assistant", content: answer },
      ]);
      expect(simulator.stats().total).toBe(2);
    });
  }

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
