// Budgets of runs: how many model calls are made before one is refused, wherever in the run it is, and what a replay
// makes of it.

import { describeModes, EffectCounter, IngressError } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type Budget,
  BudgetExceededError,
  budget as bounds,
  type RunUsage,
  runUsage,
} from "../src/budgets/index.ts";
import { currentDurableContext, DurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { scriptedModels } from "./scripted-models.ts";

const effects = new EffectCounter();

const work = durableTool({
  name: "work",
  description: "Works",
  parameters: z.object({}),
  execute: (_input, ctx) => ctx.run("work", () => "worked"),
});

const failing = durableTool({
  name: "failing",
  description: "Fails once",
  parameters: z.object({ run: z.string() }),
  // Without a bound of its own, so that the failure ends the whole attempt.
  execute: ({ run }, ctx) =>
    ctx.run("fail once", () => {
      if (effects.hit(`${run} work`) === 1) throw new Error("planned failure");
      return "worked";
    }),
});

const model = "a-model";
const endless = new Agent({ name: "Endless", instructions: "work for ever", model, tools: [work] });

const withRunner = durableTool({
  name: "with_runner",
  description: "Runs an agent of its own",
  parameters: z.object({}),
  execute: async () =>
    (await new DurableRunner(currentDurableContext(), { modelProvider: models }).run(endless, "go"))
      .finalOutput,
});

const once = new Agent({ name: "Once", instructions: "work", model, tools: [work] });
const asked = ["a", "b", "c"].map((x) => endless.asTool({ toolName: `ask_${x}`, toolDescription: "Asks" }));
const asking = new Agent({ name: "Asking", instructions: "ask_a", model, tools: asked });

const agents = {
  endless,
  nested: asking,
  // Would answer with what its tool says, the refusal included.
  nestedAnswer: new Agent({
    name: "Answering",
    instructions: "ask_a",
    model,
    tools: asked,
    toolUseBehavior: "stop_on_first_tool",
  }),
  nestedTwice: new Agent({
    name: "Outer",
    instructions: "ask_asking",
    model,
    tools: [asking.asTool({ toolName: "ask_asking", toolDescription: "Asks" })],
  }),
  parallel: new Agent({ name: "Parallel", instructions: "ask_a ask_b ask_c", model, tools: asked }),
  handoff: new Agent({ name: "Handing", instructions: "transfer_to_Endless", model, handoffs: [endless] }),
  withRunner: new Agent({ name: "WithRunner", instructions: "with_runner", model, tools: [withRunner] }),
  once,
  nestedOnce: new Agent({
    name: "AskingOnce",
    instructions: "ask_once",
    model,
    tools: [once.asTool({ toolName: "ask_once", toolDescription: "Asks" })],
  }),
  failing: new Agent({ name: "Failing", instructions: "failing", model, tools: [failing] }),
  unpriced: new Agent({ name: "Unpriced", instructions: "work", model: "nobody-knows-it", tools: [work] }),
};

// Each call uses 10 input and 5 output tokens.
const models = scriptedModels((request, results) => {
  const [tools = "", forEver] = (request.systemInstructions ?? "").split(" for ");
  if (results > 0 && !forEver) return "done";
  const [run] = JSON.stringify(request.input).match(/run-[\w-]+/) ?? ["run"];
  return tools.split(" ").map((tool) => ({ tool, args: { input: "go", run } }));
});

interface Input {
  readonly agent: keyof typeof agents;
  readonly budget: Budget;
  readonly stream?: boolean;
}

interface Outcome {
  readonly answer?: unknown;
  readonly usage?: RunUsage;
  readonly sdkTokens?: number;
  readonly exceeded?: string;
  readonly limit?: number;
}

async function runAgent(ctx: Context, { agent, budget, stream }: Input, input = "go"): Promise<Outcome> {
  try {
    const runner = new DurableRunner(ctx, { modelProvider: models, plugins: [bounds(budget)] });
    const options = { maxTurns: 50 };
    const result = stream
      ? await runner.run(agents[agent], input, { ...options, stream })
      : await runner.run(agents[agent], input, options);
    if ("completed" in result) await result.completed;
    const sdkTokens = result.state.usage.totalTokens;
    return { answer: result.finalOutput, usage: runUsage(result), sdkTokens };
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error;
    return { exceeded: error.budget, limit: error.limit, usage: error.usage };
  }
}

const PRICES = { [model]: { input: 100, output: 200 } };
const DEARER = { [model]: { input: 100_000, output: 200_000 } };

/** How often this handler has begun, replays included. */
function attempt(ctx: Context): number {
  return effects.hit(ctx.request().id.toString());
}

const runs = service({
  name: "Runs",
  handlers: {
    run: (ctx: Context, input: Input) => runAgent(ctx, input),
    uncaught: async (ctx: Context, { agent, budget }: Input) =>
      (
        await new DurableRunner(ctx, { modelProvider: models, plugins: [bounds(budget)] }).run(
          agents[agent],
          "go",
        )
      ).finalOutput,
    dearerLater: async (ctx: Context, run: string) => {
      const first = attempt(ctx) === 1;
      const budget = { costUsd: 0.01, prices: first ? PRICES : DEARER };
      return runAgent(ctx, { agent: "failing", budget }, run);
    },
    lessLater: async (ctx: Context, run: string) => {
      const first = attempt(ctx) === 1;
      const outcome = await runAgent(ctx, { agent: "failing", budget: { turns: first ? 5 : 0 } }, run);
      await DurableContext.from(ctx).run("after it", () => {
        if (effects.hit(`${run} after`) === 1) throw new Error("planned failure");
      });
      return outcome;
    },
  },
});

describeModes(
  "budgets",
  (bed) => {
    /** The outcome, and how many model calls were made. */
    async function run(input: Input): Promise<Outcome & { calls: number }> {
      const before = models.calls();
      const outcome = await bed().call<Outcome>("Runs", "run", input);
      return { ...outcome, calls: models.calls() - before };
    }

    describe.each([false, true])("streaming: %s", (stream) => {
      it.each<[keyof typeof agents, Budget, string, number]>([
        ["endless", { turns: 3 }, "turns", 3],
        ["endless", { turns: 0 }, "turns", 0],
        ["endless", { inputTokens: 25 }, "inputTokens", 3],
        ["endless", { outputTokens: 15 }, "outputTokens", 3],
        ["endless", { totalTokens: 46 }, "totalTokens", 4],
        ["endless", { costUsd: 0.005, prices: PRICES }, "costUsd", 3],
        ["endless", { turns: 9, inputTokens: 900, costUsd: 0.004, prices: PRICES }, "costUsd", 2],
        ["nested", { turns: 4 }, "turns", 4],
        ["nested", { totalTokens: 30 }, "totalTokens", 2],
        ["nestedAnswer", { turns: 3 }, "turns", 3],
        ["nestedTwice", { turns: 5 }, "turns", 5],
        ["nestedTwice", { costUsd: 0.008, prices: PRICES }, "costUsd", 4],
        ["parallel", { turns: 6 }, "turns", 6],
        ["parallel", { turns: 2 }, "turns", 2],
        ["parallel", { inputTokens: 20 }, "inputTokens", 4],
        ["handoff", { turns: 3 }, "turns", 3],
        ["handoff", { outputTokens: 11 }, "outputTokens", 3],
        ["withRunner", { turns: 4 }, "turns", 4],
        ["withRunner", { costUsd: 0.005, prices: PRICES }, "costUsd", 3],
      ])("%s with %j ends by %s after %i calls", async (agent, budget, exceeded, calls) => {
        const outcome = await run({ agent, budget, stream });
        expect(outcome).toMatchObject({ exceeded, limit: budget[exceeded as "turns"], calls });
        const { usage } = outcome;
        // Of calls side by side, some may still be under way when the first is refused.
        if (agent !== "parallel" || exceeded === "turns") expect(usage?.turns).toBe(calls);
        if (agent !== "parallel") {
          expect(usage).toMatchObject({
            inputTokens: calls * 10,
            outputTokens: calls * 5,
            totalTokens: calls * 15,
          });
          expect(usage?.costUsd).toBe(budget.costUsd && (calls * 2) / 1000);
        }
      });

      it.each<[Budget, number]>([
        [{ turns: 2 }, 2],
        [{ totalTokens: 16 }, 2],
        [{ costUsd: 0.0021, prices: PRICES }, 2],
      ])("answers with %j, which its last reply passes", async (budget, calls) => {
        expect(await run({ agent: "once", budget, stream })).toMatchObject({
          answer: "done",
          calls,
          usage: { turns: 2, totalTokens: 30, ...(budget.costUsd && { costUsd: 0.004 }) },
        });
      });

      it("makes no call of a model without a price", async () => {
        const before = models.calls();
        await expect(run({ agent: "unpriced", budget: { costUsd: 1 }, stream })).rejects.toThrow(
          /No price is known for model \\?"nobody-knows-it/,
        );
        expect(models.calls()).toBe(before);
      });
    });

    it("counts what nested agents use, as the SDK does", async () => {
      // The asking agent twice, the one it asks twice.
      expect(await run({ agent: "nestedOnce", budget: {} })).toMatchObject({
        calls: 4,
        usage: { turns: 4, totalTokens: 60 },
        sdkTokens: 60,
      });
    });

    it("ends the invocation when nobody catches it", async () => {
      const input = { agent: "nested", budget: { turns: 2 } };
      const error = await bed()
        .call("Runs", "uncaught", input)
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(IngressError);
      expect(error).toMatchObject({
        status: 500,
        body: expect.stringMatching(/budget of 2 model calls is used up.*20 input tokens, 10 output tokens/),
      });
    });

    it("refuses a budget that is none", async () => {
      const input = { agent: "once", budget: { turns: -1 } };
      await expect(bed().call("Runs", "run", input)).rejects.toThrow(/budget\.turns is not valid/);
    });

    it("keeps the cost of a call when prices change before a replay", async () => {
      const name = `run-dearer-${bed().mode}`;
      const before = models.calls();
      // The first call at the old price, the second at the new one, which is a thousand times as high.
      expect(await bed().call("Runs", "dearerLater", name)).toMatchObject({
        answer: "done",
        usage: { turns: 2, costUsd: 2.002 },
      });
      expect(models.calls() - before).toBe(2);
    });

    it("keeps what was decided when the limit changes before a replay", async () => {
      const name = `run-less-${bed().mode}`;
      const before = models.calls();
      expect(await bed().call("Runs", "lessLater", name)).toMatchObject({
        exceeded: "turns",
        usage: { turns: 1 },
      });
      expect(models.calls() - before).toBe(1);
    });
  },
  { services: () => [runs] },
);
