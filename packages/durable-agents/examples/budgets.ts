import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { BudgetExceededError, budget, runUsage } from "@holdfast/durable-agents/budgets";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

const searchRulings = durableTool({
  name: "search_rulings",
  description: "Searches court rulings on a question.",
  parameters: z.object({ question: z.string() }),
  execute: ({ question }, ctx) =>
    ctx.run("search rulings", () => ({ question, rulings: ["2 Ob 13/24", "7 Ob 101/23"] })),
});

const lawyer = new Agent({
  name: "Lawyer",
  instructions: "You answer questions on insurance law by court rulings.",
  model: "gpt-5-mini",
  tools: [searchRulings],
});

const limits = { turns: 10, totalTokens: 20_000, costUsd: 0.05 };

const legal = restate.service({
  name: "Legal",
  handlers: {
    ask: async (ctx: restate.Context, { question, turns }: { question: string; turns?: number }) => {
      try {
        const runner = new DurableRunner(ctx, { plugins: [budget({ ...limits, ...(turns && { turns }) })] });
        const result = await runner.run(lawyer, question);
        return { answer: result.finalOutput, usage: runUsage(result) };
      } catch (error) {
        const exceeded = BudgetExceededError.from(error);
        if (!exceeded) throw error;
        return { usedUp: exceeded.budget, usage: exceeded.usage };
      }
    },
  },
});

restate.serve({ services: [legal] }); // at port 9080, or PORT
