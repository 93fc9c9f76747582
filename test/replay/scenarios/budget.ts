// Runs with a budget: one that stays within it, and one that is refused its second model call.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { BudgetExceededError, budget, runUsage } from "@holdfast/durable-agents/budgets";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const look = durableTool({
    name: "look",
    description: "Looks",
    parameters: z.object({}),
    execute: (_input, ctx) => ctx.run("look", () => "seen"),
  });
  const agent = new Agent({ name: "Thrifty", instructions: "Look.", model: "a-model", tools: [look] });
  const models = scriptedModels((_request, results) =>
    results === 0 ? [{ tool: "look", args: {} }] : "I have seen it",
  );
  const thrifty = service({
    name: "Thrifty",
    handlers: {
      run: async (ctx: Context, limits: { costUsd?: number; totalTokens?: number }) => {
        const plugins = [budget({ ...limits, prices: { "a-model": { input: 1, output: 4 } } })];
        try {
          const result = await new DurableRunner(ctx, { modelProvider: models, plugins }).run(agent, "Look.");
          return { answer: result.finalOutput, usage: runUsage(result) };
        } catch (error) {
          const exceeded = BudgetExceededError.from(error);
          if (!exceeded) throw error;
          return { usedUp: exceeded.budget, usage: exceeded.usage };
        }
      },
    },
  });
  return {
    services: [thrifty],
    drive: async (restate) => {
      await restate.call("Thrifty", "run", { costUsd: 1, totalTokens: 1_000 });
      await restate.call("Thrifty", "run", { costUsd: 0.000_01 });
    },
  };
}
