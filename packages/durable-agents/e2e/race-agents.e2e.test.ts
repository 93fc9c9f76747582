// The first of several remote agents that has an answer wins; the others really stop.

import { describeModes, type TestBed, waitForStatus } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, iface, service, TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { DurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { raceAgents } from "../src/remote-agents/index.ts";
import { BookingLog, INACTIVITY_TIMEOUT_MS } from "./booking-service.ts";
import { failure } from "./ingress-failure.ts";
import { scriptedModels } from "./scripted-models.ts";
import { userText } from "./user-text.ts";

const racerSchema = z.object({
  run: z.string(),
  name: z.string(),
  /** `sleeps` and `works` are long, and have an effect at their end. */
  does: z.enum(["answers", "fails", "fails otherwise", "sleeps", "works"]),
});
type Racer = z.infer<typeof racerSchema>;

const log = new BookingLog();
const ids = new Map<string, string>();

const racers = iface.service("Racers", { run: iface.json<Racer, string>() });

async function race(ctx: Context | DurableContext, [first, second]: [Racer, Racer]): Promise<string> {
  const durable = ctx instanceof DurableContext ? ctx : DurableContext.from(ctx);
  const client = durable.client(racers);
  const outcome = await raceAgents(ctx, { first: client.run(first), second: client.run(second) });
  const text: string = outcome.result;
  return `${outcome.winner} ${text}`;
}

const racing = durableTool({
  name: "race",
  description: "Asks several agents",
  parameters: z.object({ racers: z.tuple([racerSchema, racerSchema]) }),
  execute: async (input, ctx) => race(ctx, input.racers),
});
const agent = new Agent({
  name: "Asking",
  instructions: "Ask.",
  tools: [racing],
  toolUseBehavior: "stop_on_first_tool",
});
const models = scriptedModels((request) => [
  { tool: "race", args: { racers: JSON.parse(userText(request)) } },
]);

const races = service({
  name: "Races",
  handlers: {
    inHandler: (ctx: Context, input: [Racer, Racer]) => race(ctx, input),
    inTool: async (ctx: Context, input: [Racer, Racer]) =>
      (await new DurableRunner(ctx, { modelProvider: models }).run(agent, JSON.stringify(input))).finalOutput,
    ofNone: (ctx: Context) => raceAgents(ctx, {}),
    ofRawCalls: async (ctx: Context, [first]: [Racer, Racer]) => {
      await raceAgents(ctx, { first: ctx.client(racers).run(first) });
    },
  },
});

const racerService = service({
  name: "Racers",
  handlers: {
    run: async (ctx: Context, { run, name, does }: Racer): Promise<string> => {
      ids.set(`${run} ${name}`, ctx.request().id);
      const durable = DurableContext.from(ctx);
      await durable.run("begin", () => log.add(run, `${name} began`));
      if (does === "sleeps") await durable.sleep({ days: 1 });
      if (does === "works") {
        await durable.run("work", async ({ signal }) => {
          log.add(run, `${name} works`);
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        });
      }
      if (does === "sleeps" || does === "works") {
        await durable.run("effect", () => log.add(run, `${name} had its effect`));
      }
      // Nobody is done before the others are at work.
      await durable.run("wait", () => log.door(run, name));
      if (does === "fails") throw new TerminalError(`${name} knows nothing`, { errorCode: 418 });
      if (does === "fails otherwise") throw new TerminalError(`${name} is lost`, { errorCode: 404 });
      return `${name} knows`;
    },
  },
  options: { inactivityTimeout: INACTIVITY_TIMEOUT_MS },
});

describeModes(
  "raceAgents",
  (bed) => {
    describe.each(["inHandler", "inTool"])("%s", (handler) => {
      const begin = async (name: string, first: Racer["does"], second: Racer["does"]) => {
        const run = `${name} ${handler} ${bed().mode}`;
        const racers = [
          { run, name: "a", does: first },
          { run, name: "b", does: second },
        ];
        const id = await bed().send("Races", handler, racers);
        await Promise.all([log.saw(run, "a began"), log.saw(run, "b began")]);
        if (second === "works") await log.saw(run, "b works");
        return { run, id };
      };

      it.each(["sleeps", "works"] as const)(
        "takes the first success and stops the other, which %s",
        async (does) => {
          const { run, id } = await begin(`first ${does}`, "answers", does);
          log.open(run, "a");
          expect(await bed().attach(id)).toBe("first a knows");
          await ended(bed(), ids.get(`${run} b`));
          expect(log.of(run)).not.toContain("b had its effect");
        },
      );

      it("leaves out the one that fails", async () => {
        const { run, id } = await begin("one fails", "fails", "answers");
        log.open(run, "a");
        await waitForStatus(bed().server, ids.get(`${run} a`) ?? "", ({ status }) => status === "completed");
        log.open(run, "b");
        expect(await bed().attach(id)).toBe("second b knows");
      });

      it.each([
        ["fails", 418, /first: a knows nothing; second: b knows nothing/],
        ["fails otherwise", 500, /first: a knows nothing; second: b is lost/],
      ] as const)("fails when all do, and tells with what: %s", async (second, status, message) => {
        const { run, id } = await begin(`all fail ${second}`, "fails", second);
        log.open(run, "a");
        log.open(run, "b");
        const error = await failure(bed().attach(id));
        expect(error).toMatchObject({ status });
        expect(error.body).toMatch(message);
      });

      it("is cancelled with all of them", async () => {
        const { run, id } = await begin("cancelled", "sleeps", "works");
        await bed().cancel(id);
        expect(await failure(bed().attach(id))).toMatchObject({ status: 409 });
        for (const name of ["a", "b"]) await ended(bed(), ids.get(`${run} ${name}`));
        expect(log.of(run).filter((event) => event.endsWith("effect"))).toEqual([]);
      });
    });

    it.each([
      ["ofNone", /was given no calls/],
      ["ofRawCalls", /Restate's own context.*DurableContext\.from/],
    ])("refuses what it cannot race: %s", async (handler, message) => {
      const input = [{ run: `refused ${bed().mode}`, name: "a", does: "fails" }];
      expect((await failure(bed().call("Races", handler, input))).body).toMatch(message);
    });
  },
  { services: () => [races, racerService] },
);

/** Waits until the invocation has ended, as a cancelled one. */
async function ended({ server }: TestBed, id: string | undefined): Promise<void> {
  const row = await waitForStatus(server, id ?? "", ({ status }) => status === "completed");
  expect(row.completion_failure).toMatch(/cancelled/i);
}
