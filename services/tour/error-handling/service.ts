// ErrorHandlingAgent on Restate: an agent whose tool fails, and four ways to deal with it.

import { DurableRunner, durableTool, reportErrorsToModel } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import {
  CancelledError,
  type Context,
  implement,
  type RetryPolicy,
  TerminalError,
} from "@restatedev/restate-sdk";
import { z } from "zod";
import { errorHandlingAgentContract } from "../contracts.ts";

const COULD_NOT = "The agent couldn't complete the request.";

// Restate ends what has failed three times; without it the service would try for a day, and then pause.
const THREE_ATTEMPTS: RetryPolicy = {
  initialInterval: 50,
  exponentiationFactor: 2,
  maxAttempts: 3,
  onMaxAttempts: "kill",
};

export function errorHandlingService(models: AgentModels) {
  const archive = {
    name: "search_archive",
    description: "Searches the archive.",
    parameters: z.object({ topic: z.string() }),
  };
  const agentWith = (tool: ReturnType<typeof durableTool>) =>
    new Agent({
      name: "ErrorHandlingAgent",
      model: models.model,
      instructions: "You answer questions. Search the archive first.",
      tools: [tool],
    });
  // No retry would mend it.
  const notFound = () => {
    throw new TerminalError("The archive has nothing about this.", { errorCode: 404 });
  };
  const ending = agentWith(
    durableTool({ ...archive, execute: (_topic, ctx) => ctx.run("search archive", notFound) }),
  );
  const telling = agentWith(
    durableTool({
      ...archive,
      execute: (_topic, ctx) => ctx.run("search archive", notFound),
      errorFunction: reportErrorsToModel,
    }),
  );
  const retrying = agentWith(
    durableTool({
      ...archive,
      execute: (_topic, ctx) =>
        ctx.run("search archive", () => {
          throw new Error("The archive does not answer.");
        }),
    }),
  );
  const answerOf = async (ctx: Context, agent: typeof ending, message: string) =>
    (await new DurableRunner(ctx, models).run(agent, message)).finalOutput ?? "";
  return implement(errorHandlingAgentContract, {
    handlers: {
      tell_model: (ctx, { message }) => answerOf(ctx, telling, message),
      end_run: (ctx, { message }) => answerOf(ctx, ending, message),
      catch_terminal: async (ctx, { message }) => {
        try {
          return await answerOf(ctx, ending, message);
        } catch (error) {
          // Whatever else is thrown is retried; whoever cancels wants no answer.
          if (!(error instanceof TerminalError) || error instanceof CancelledError) throw error;
          return COULD_NOT;
        }
      },
      give_up: (ctx, { message }) => answerOf(ctx, retrying, message),
    },
    options: { handlers: { give_up: { retryPolicy: THREE_ATTEMPTS } } },
  });
}
