// Two runs at once in one invocation are as deterministic as two tool calls; but a session takes one run at a time.

import { describeModes } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, type ObjectContext, object, service, TerminalError } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { z } from "zod";
import { DurableRunner, durableTool } from "../src/index.ts";
import { RestateSession } from "../src/sessions/index.ts";
import { BookingLog } from "./booking-service.ts";
import { failure } from "./ingress-failure.ts";
import { scriptedModels } from "./scripted-models.ts";
import { userText } from "./user-text.ts";

const log = new BookingLog();

const inputSchema = z.object({
  run: z.string(),
  /** This run's, and that of the one beside it. */
  name: z.string(),
  other: z.string(),
  does: z.enum(["works", "fails", "sleeps"]),
});
type Input = z.infer<typeof inputSchema>;

const work = durableTool({
  name: "work",
  description: "Works",
  parameters: inputSchema.extend({ part: z.string() }),
  execute: async ({ run, name, other, does, part }, ctx) => {
    await ctx.run(`${name} ${part}`, async () => {
      log.add(run, `${name} ${part}`);
      // Ends only if the other run is at the same part now.
      await log.saw(run, `${other} ${part}`);
    });
    if (does === "fails") throw new TerminalError(`${name} fails`, { errorCode: 418 });
    if (does === "sleeps") await ctx.sleep({ days: 1 });
    return ctx.run(`${name} ${part} again`, () => log.add(run, `${name} ${part} again`));
  },
});
const agent = new Agent({ name: "Working", instructions: "Work.", tools: [work] });

// Two turns, each of two calls.
const models = scriptedModels((request, results) => {
  const input = JSON.parse(userText(request));
  if (results === 4) return `${input.name} is done`;
  return ["a", "b"].map((part) => ({ tool: "work", args: { ...input, part: `${part}${results}` } }));
});

const PARTS = ["a0", "b0", "a2", "b2"];

async function runAgent(ctx: Context, input: Input, stream = false): Promise<string> {
  const runner = new DurableRunner(ctx, { modelProvider: models });
  if (!stream) return String((await runner.run(agent, JSON.stringify(input))).finalOutput);
  const result = await runner.run(agent, JSON.stringify(input), { stream: true });
  for await (const _event of result);
  return String(result.finalOutput);
}

const twoRuns = service({
  name: "TwoRuns",
  handlers: {
    both: async (ctx: Context, [first, second]: [Input, Input]) => {
      const runs = [runAgent(ctx, first), runAgent(ctx, second, true)];
      const ended = await Promise.allSettled(runs);
      // A cancellation is the invocation's.
      if (ended.every(({ status }) => status === "rejected")) await Promise.all(runs);
      return ended.map((end) => (end.status === "fulfilled" ? end.value : end.reason.message));
    },
  },
});

const greeter = new Agent({ name: "Greeter", instructions: "Greet." });
const greetings = scriptedModels(() => "hello");

async function greet(ctx: ObjectContext, name: string, stream = false): Promise<string> {
  const runner = new DurableRunner(ctx, { modelProvider: greetings });
  const session = new RestateSession(ctx, { name });
  if (!stream) return String((await runner.run(greeter, "hi", { session })).finalOutput);
  const result = await runner.run(greeter, "hi", { session, stream: true });
  for await (const _event of result);
  return String(result.finalOutput);
}

const sessions = object({
  name: "Sessions",
  handlers: {
    same: (ctx: ObjectContext, stream: boolean) =>
      Promise.all([greet(ctx, "one", stream), greet(ctx, "one")]),
    unread: async (ctx: ObjectContext) => {
      const session = new RestateSession(ctx, { name: "one" });
      await new DurableRunner(ctx, { modelProvider: greetings }).run(greeter, "hi", {
        session,
        stream: true,
      });
      return greet(ctx, "one");
    },
    fine: async (ctx: ObjectContext) => {
      const atOnce = await Promise.all([greet(ctx, "one"), greet(ctx, "two")]);
      const after = [await greet(ctx, "one", true), await greet(ctx, "one")];
      const items = await Promise.all(
        ["one", "two"].map((name) => new RestateSession(ctx, { name }).getItems()),
      );
      return [...atOnce, ...after, ...items.map(({ length }) => length)];
    },
  },
});

describeModes(
  "two runs at once",
  (bed) => {
    const inputs = (name: string, first: Input["does"], second: Input["does"]): [Input, Input] => {
      const run = `${name} ${bed().mode}`;
      return [
        { run, name: "x", other: "y", does: first },
        { run, name: "y", other: "x", does: second },
      ];
    };
    const events = (run: string, name: string) => log.of(run).filter((event) => event.startsWith(`${name} `));
    const allOf = (name: string) => PARTS.flatMap((part) => [`${name} ${part}`, `${name} ${part} again`]);

    it("go on side by side, each effect once", async () => {
      const input = inputs("side by side", "works", "works");
      const before = models.calls();
      expect(await bed().call("TwoRuns", "both", input)).toEqual(["x is done", "y is done"]);
      expect(models.calls() - before).toBe(6);
      expect(log.of(input[0].run).toSorted()).toEqual([...allOf("x"), ...allOf("y")].toSorted());
    });

    it("end each with its own error", async () => {
      const input = inputs("one fails", "fails", "works");
      // The other one goes on alone.
      for (const part of ["a2", "b2"]) log.add(input[0].run, `x ${part}`);
      expect(await bed().call("TwoRuns", "both", input)).toEqual(["x fails", "y is done"]);
      expect(events(input[0].run, "y").toSorted()).toEqual(allOf("y").toSorted());
    });

    it("are both cancelled", async () => {
      const input = inputs("cancelled", "sleeps", "sleeps");
      const id = await bed().send("TwoRuns", "both", input);
      const begun = ["x a0", "x b0", "y a0", "y b0"];
      await Promise.all(begun.map((event) => log.saw(input[0].run, event)));
      await bed().cancel(id);
      expect(await failure(bed().attach(id))).toMatchObject({ status: 409 });
      expect(log.of(input[0].run).toSorted()).toEqual(begun);
    });

    it.each([false, true])("cannot share a session, streaming: %s", async (stream) => {
      const { body } = await failure(bed().call("Sessions", "same", stream, { key: `same ${stream}` }));
      expect(body).toMatch(/A run with the session .*one.* is in progress.*Await the other one/);
    });

    it("cannot share a session with a streamed run that nobody has read", async () => {
      const { body } = await failure(bed().call("Sessions", "unread", undefined, { key: "unread" }));
      expect(body).toMatch(/reading a streamed run to its end/);
    });

    it("may use sessions of their own, and one after the other the same", async () => {
      expect(await bed().call("Sessions", "fine", undefined, { key: "fine" })).toEqual([
        ...["hello", "hello", "hello", "hello"],
        ...[6, 2],
      ]);
    });
  },
  { services: () => [twoRuns, sessions] },
);
