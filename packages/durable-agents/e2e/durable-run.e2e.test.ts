// Durable runs on a real Restate server: parallel tools, nested agents, handoffs, streaming, failing steps.

import { setTimeout } from "node:timers/promises";
import { describeModes, EffectCounter } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { z } from "zod";
import { DurableRunner, durableTool } from "../src/index.ts";
import { scriptedModels } from "./scripted-models.ts";

const effects = new EffectCounter();

const lookUp = durableTool({
  name: "look_up",
  description: "Looks something up",
  parameters: z.object({ what: z.string(), run: z.string() }),
  execute: async ({ what, run }, ctx) => {
    const parts = await Promise.all(
      [1, 2, 3].map((part) =>
        ctx.run(`${what} ${part}`, async () => {
          await setTimeout(5 * part);
          effects.hit(`${run}/${what}/${part}`);
          // The first attempt of each second part fails after its work began.
          if (part === 2 && effects.hit(`${run}/${what}/attempt`) === 1) {
            throw new Error("simulated failure");
          }
          return `${what}${part}`;
        }),
      ),
    );
    await ctx.sleep(10);
    return parts.join("+");
  },
});

const things = ["plan", "rates", "history"];

const parallel = new Agent({ name: "Parallel", instructions: "Look up three things.", tools: [lookUp] });
const specialist = new Agent({ name: "Specialist", instructions: "Look up three things.", tools: [lookUp] });
const nesting = new Agent({
  name: "Nesting",
  instructions: "Ask the specialist.",
  tools: [
    specialist.asTool({ toolName: "ask_a", toolDescription: "Asks" }),
    specialist.asTool({ toolName: "ask_b", toolDescription: "Asks" }),
  ],
});

const models = scriptedModels((request, results) => {
  if (request.systemInstructions === "Ask the specialist.") {
    if (results > 0) return "both answered";
    const [run] = JSON.stringify(request.input).match(/run-[\w-]+/) ?? ["run"];
    return ["a", "b"].map((x) => ({ tool: `ask_${x}`, args: { input: `${run}-${x}` } }));
  }
  if (results > 0) return `looked up ${results}`;
  const [run] = JSON.stringify(request.input).match(/run-[\w-]+/) ?? ["run"];
  return things.map((what) => ({ tool: "look_up", args: { what, run } }));
});

const runs = service({
  name: "Runs",
  handlers: {
    parallel: async (ctx: Context, input: string) => {
      const result = await new DurableRunner(ctx, { modelProvider: models }).run(parallel, input);
      return result.finalOutput;
    },
    nesting: async (ctx: Context, input: string) => {
      const result = await new DurableRunner(ctx, { modelProvider: models }).run(nesting, input);
      return result.finalOutput;
    },
    streaming: async (ctx: Context, input: string) => {
      const result = await new DurableRunner(ctx, { modelProvider: models }).run(parallel, input, {
        stream: true,
      });
      const names: string[] = [];
      for await (const event of result) names.push(event.type);
      await result.completed;
      return { text: result.finalOutput, names };
    },
  },
});

function expectEffects(run: string): void {
  for (const what of things) {
    expect(effects.count(`${run}/${what}/1`), `${run} ${what} 1`).toBe(1);
    expect(effects.count(`${run}/${what}/2`), `${run} ${what} 2`).toBe(2);
    expect(effects.count(`${run}/${what}/3`), `${run} ${what} 3`).toBe(1);
  }
}

describeModes(
  "durable runs",
  (bed) => {
    it("runs the tool calls of a turn in parallel, each step's effect once", async () => {
      const run = `run-p-${bed().mode}`;
      const before = models.calls();
      expect(await bed().call("Runs", "parallel", run)).toBe("looked up 3");
      expectEffects(run);
      expect(models.calls() - before).toBe(2);
    });

    it("runs nested agents in parallel", async () => {
      const run = `run-n-${bed().mode}`;
      const before = models.calls();
      expect(await bed().call("Runs", "nesting", run)).toBe("both answered");
      expectEffects(`${run}-a`);
      expectEffects(`${run}-b`);
      expect(models.calls() - before).toBe(6);
    });

    it("streams", async () => {
      const run = `run-s-${bed().mode}`;
      const result = await bed().call("Runs", "streaming", run);
      expect(result).toMatchObject({ text: "looked up 3" });
      expectEffects(run);
    });
  },
  { services: () => [runs] },
);
