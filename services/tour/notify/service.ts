// NotifyWhenReadyAgent on Restate: a workflow, whose promise tells all who wait for the answer, however late they come.

import { DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { implement, TerminalError } from "@restatedev/restate-sdk";
import { notifyWhenReadyContract } from "../contracts.ts";

const ANSWER = "answer";

export function notifyWhenReadyService(models: AgentModels) {
  const agent = new Agent({
    name: "NotifyWhenReadyAgent",
    model: models.model,
    instructions: "You answer questions that take their time.",
  });
  return implement(notifyWhenReadyContract, {
    handlers: {
      run: async (ctx, { message }) => {
        try {
          const { finalOutput = "" } = await new DurableRunner(ctx, models).run(agent, message);
          await ctx.promise<string>(ANSWER).resolve(finalOutput);
          return finalOutput;
        } catch (error) {
          // Else whoever waits for the answer would wait for ever.
          if (error instanceof TerminalError) await ctx.promise<string>(ANSWER).reject(error.message);
          throw error;
        }
      },
      on_notify: (ctx) => ctx.promise<string>(ANSWER),
    },
  });
}
