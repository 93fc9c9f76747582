// Steps that fail before they succeed: one with attempts of its own, one that Restate retries with the whole handler,
// one that fails for good and becomes a message to the model.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const attempts = new Map<string, number>();
  const failing = (name: string, failures: number) => () => {
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    if (attempt <= failures) throw new Error(`${name} failed`);
    return `${name} done`;
  };
  const parameters = z.object({});
  const tools = [
    durableTool({
      name: "bounded",
      description: "Tries three times",
      parameters,
      execute: (_input, ctx) =>
        ctx.run("bounded", failing("bounded", 2), { maxRetryAttempts: 3, initialRetryInterval: 1 }),
    }),
    durableTool({
      name: "unbounded",
      description: "Tries until it succeeds",
      parameters,
      execute: (_input, ctx) => ctx.run("unbounded", failing("unbounded", 1), { initialRetryInterval: 1 }),
    }),
    durableTool({
      name: "hopeless",
      description: "Fails",
      parameters,
      execute: async (_input, ctx) => {
        try {
          await ctx.run("hopeless", failing("hopeless", 9), { maxRetryAttempts: 2, initialRetryInterval: 1 });
        } catch {
          throw new Error("try something else");
        }
      },
    }),
  ];
  const agent = new Agent({ name: "Stubborn", instructions: "Use all tools.", model: "a-model", tools });
  // The one that ends its attempt is alone: beside others, it would be chance which of them still ran in that attempt.
  const turns = new Map([
    [0, ["bounded", "hopeless"]],
    [2, ["unbounded"]],
  ]);
  const models = scriptedModels(
    (_request, results) => turns.get(results)?.map((tool) => ({ tool, args: {} })) ?? `saw ${results}`,
  );
  const workers = service({
    name: "Workers",
    handlers: {
      run: async (ctx: Context, input: string) =>
        (await new DurableRunner(ctx, { modelProvider: models }).run(agent, input)).finalOutput,
    },
  });
  return {
    services: [workers],
    drive: async (restate) => {
      await restate.call("Workers", "run", "Do it.");
    },
  };
}
