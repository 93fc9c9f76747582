// Restate's own context beside a durable run or operation is refused at once, instead of being retried for ever; before
// and after, and between operations, it works as ever.

import { describeModes, EffectCounter } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import {
  type Context,
  iface,
  type ObjectContext,
  object,
  RestatePromise,
  rpc,
  service,
} from "@restatedev/restate-sdk";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { DurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { failure } from "./ingress-failure.ts";
import { scriptedModels } from "./scripted-models.ts";

const effects = new EffectCounter();

const echo = iface.service("Echo", { say: iface.json<string, string>() });
const clock = iface.object("Clock", { say: iface.json<string, string>() });

/** What a handler may hold of Restate's context from before a run. */
function holding(ctx: ObjectContext) {
  return {
    ctx,
    client: ctx.client(echo),
    serviceClient: ctx.serviceClient<typeof echoService>({ name: "Echo" }),
    sendClient: ctx.sendClient(clock, "key"),
    durablePromise: ctx.invocation(ctx.request().id).signal<string>("never"),
    rand: ctx.rand,
  };
}
type Held = ReturnType<typeof holding>;

const operations: Record<string, (held: Held) => unknown> = {
  run: ({ ctx }) => ctx.run("effect", () => effects.hit("effect")),
  "nameless run": ({ ctx }) => ctx.run(() => effects.hit("effect")),
  sleep: ({ ctx }) => ctx.sleep(1),
  awakeable: ({ ctx }) => ctx.awakeable().id,
  resolveAwakeable: ({ ctx }) => ctx.resolveAwakeable("prom_1"),
  rejectAwakeable: ({ ctx }) => ctx.rejectAwakeable("prom_1", "no"),
  "call by a client from before": ({ client }) => client.say("hello"),
  "call by a service client from before": ({ serviceClient }) => serviceClient.say("hello"),
  "call by a new client": ({ ctx }) => ctx.client(clock, "key").say("hello"),
  "send by a client from before": ({ sendClient }) => sendClient.say("hello", rpc.sendOpts({})),
  genericCall: ({ ctx }) => ctx.genericCall({ service: "Echo", method: "say", parameter: new Uint8Array() }),
  genericSend: ({ ctx }) => ctx.genericSend({ service: "Echo", method: "say", parameter: new Uint8Array() }),
  cancel: ({ ctx }) => ctx.invocation(ctx.request().id).cancel(),
  attach: ({ ctx }) => ctx.invocation(ctx.request().id).attach(),
  "signal from before": ({ durablePromise }) => durablePromise.resolve("now"),
  signal: ({ ctx }) => ctx.signal("any"),
  "date.now": ({ ctx }) => ctx.date.now(),
  "date.toJSON": ({ ctx }) => ctx.date.toJSON(),
  get: ({ ctx }) => ctx.get("key"),
  stateKeys: ({ ctx }) => ctx.stateKeys(),
  set: ({ ctx }) => ctx.set("key", 1),
  clear: ({ ctx }) => ctx.clear("key"),
  clearAll: ({ ctx }) => ctx.clearAll(),
};

// What a tool does is given to it by the handler; nothing else is.
const work = durableTool<z.ZodObject, { work: () => unknown }>({
  name: "work",
  description: "Works",
  parameters: z.object({}),
  execute: async (_input, _ctx, run) => {
    await run?.context.work();
    return "worked";
  },
});
const agent = new Agent<{ work: () => unknown }>({ name: "Working", instructions: "Work.", tools: [work] });
const models = scriptedModels((_request, results) => (results === 0 ? [{ tool: "work", args: {} }] : "done"));

async function run(ctx: Context, work: () => unknown, stream = false): Promise<string> {
  const runner = new DurableRunner(ctx, { modelProvider: models });
  const context = { work };
  if (!stream) return String((await runner.run(agent, "go", { context })).finalOutput);
  const result = await runner.run(agent, "go", { context, stream: true });
  for await (const _event of result);
  return String(result.finalOutput);
}

const beside: Record<string, (ctx: ObjectContext) => Promise<unknown>> = {
  "a sleep after a run": (ctx) => Promise.race([run(ctx, () => {}), ctx.sleep({ days: 1 })]),
  "a sleep before a run": (ctx) => Promise.race([ctx.sleep({ days: 1 }), run(ctx, () => {})]),
  "a sleep from before a run, awaited in it": (ctx) => {
    const sleep = ctx.sleep({ days: 1 });
    return run(ctx, () => sleep);
  },
  "a step beside a durable step": (ctx) => {
    const durable = DurableContext.from(ctx);
    return Promise.all([durable.run("one", () => {}), ctx.run("two", () => effects.hit("effect"))]);
  },
  "a durable step beside a step": (ctx) => {
    const durable = DurableContext.from(ctx);
    const raw = async () => {
      await ctx.run("one", () => {});
      await ctx.sleep({ days: 1 });
    };
    return Promise.all([raw(), durable.run("two", () => {}).then(() => durable.run("three", () => {}))]);
  },
  "a step inside of a durable step": (ctx) =>
    DurableContext.from(ctx).run("outer", () => ctx.run("inner", () => effects.hit("effect"))),
};

const raw = object({
  name: "Raw",
  handlers: {
    inTool: (ctx: ObjectContext, operation: string) => {
      const held = holding(ctx);
      return run(ctx, () => operations[operation]?.(held));
    },
    beside: async (ctx: ObjectContext, what: string) => beside[what]?.(ctx),
    commandInStep: (ctx: ObjectContext) => DurableContext.from(ctx).run("step", () => ctx.set("key", 1)),
    commandsBesideOperation: async (ctx: ObjectContext) => {
      const durable = DurableContext.from(ctx);
      const step = durable.run("step", () => "done");
      ctx.set("key", 1);
      ctx.sendClient(clock, "key").say("hello");
      return [await step, await ctx.get("key")];
    },
    randInStep: (ctx: ObjectContext) => DurableContext.from(ctx).run("step", () => ctx.rand.random()),
    fine: async (ctx: ObjectContext, stream: boolean) => {
      const held = holding(ctx);
      const later = ctx.sleep(1);
      ctx.set("before", 1);
      const durable = DurableContext.from(ctx);
      const both = await RestatePromise.all([ctx.run("a", () => "a"), ctx.run("b", () => "b")]);
      await durable.run("durable", () => {});
      const first = await RestatePromise.race([ctx.sleep({ days: 1 }), ctx.run("quick", () => "quick")]);
      const answer = await run(
        ctx,
        () => {
          ctx.console.info("at work");
          return [ctx.rand.random(), held.rand.uuidv4(), ctx.request().id, ctx.key];
        },
        stream,
      );
      const after = await ctx.run("after", () => "after");
      await durable.sleep(1);
      await later;
      const timedOut = await ctx
        .awakeable<string>()
        .promise.orTimeout(1)
        .catch(() => "timed out");
      const before = await ctx.get<number>("before");
      ctx.clearAll();
      return [...both, first, answer, after, before, await held.client.say("hello"), timedOut];
    },
    otherCopy: async (ctx: ObjectContext) => {
      DurableContext.from(ctx);
      otherCopy.DurableContext.from(ctx);
    },
  },
  // What is not terminal would be retried; here it ends the test at once.
  options: { retryPolicy: { maxAttempts: 1, onMaxAttempts: "kill" } },
});

const clockObject = object({
  name: "Clock",
  handlers: { say: async (_ctx: ObjectContext, text: string) => text },
});

const echoService = service({
  name: "Echo",
  handlers: { say: async (_ctx: Context, text: string) => text },
});

vi.resetModules();
const otherCopy = await import("../src/index.ts");

const REMEDY =
  /Restate's own context was used.*DurableContext that a tool is given, or DurableContext\.from\(ctx\)/;

describeModes(
  "Restate's own context",
  (bed) => {
    const call = (handler: string, input?: unknown) =>
      bed().call("Raw", handler, input, { key: `${handler} ${input}` });

    it.each(Object.keys(operations))("is refused in a tool of a run: %s", async (operation) => {
      const { status, body } = await failure(call("inTool", operation));
      expect(status).toBe(500);
      expect(body).toMatch(REMEDY);
      expect(effects.count("effect")).toBe(0);
    });

    it.each(Object.keys(beside))("is refused beside the durable one: %s", async (what) => {
      expect((await failure(call("beside", what))).body).toMatch(REMEDY);
      expect(effects.count("effect")).toBe(0);
    });

    it.each(["randInStep", "commandInStep"])("is refused inside of a step: %s", async (handler) => {
      expect((await failure(call(handler))).body).toMatch(
        /Durable operation .*(rand|set).* was started from inside a durable step/,
      );
    });

    it("sends and writes beside an operation, as nobody waits for that", async () => {
      expect(await call("commandsBesideOperation")).toEqual(["done", 1]);
    });

    describe.each([false, true])("streaming: %s", (stream) => {
      it("works before, between and after", async () => {
        const answer = await call("fine", stream);
        expect(answer).toEqual(["a", "b", "quick", "done", "after", 1, "hello", "timed out"]);
      });
    });

    it("is refused to another copy of the library", async () => {
      expect((await failure(call("otherCopy"))).body).toMatch(
        /Another copy of @holdfast\/durable-agents.*npm ls/,
      );
    });
  },
  { services: () => [raw, echoService, clockObject] },
);
