// A tool that sleeps, asks the clock, and waits for somebody outside, beside another that loses a race against time.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const asked = Promise.withResolvers<string>();
  const parameters = z.object({});
  const ask = durableTool({
    name: "ask",
    description: "Asks a person",
    parameters,
    execute: async (_input, ctx) => {
      const { id, promise } = ctx.awakeable<{ yes: boolean }>();
      await ctx.run("send the question", () => asked.resolve(id));
      const { yes } = await promise;
      await ctx.sleep(1, "think");
      const first = await ctx.date.now();
      const second = await ctx.date.now();
      return { yes, inOrder: first <= second };
    },
  });
  const race = durableTool({
    name: "race",
    description: "Waits, but not for long",
    parameters,
    execute: async (_input, ctx) => {
      const never = ctx.awakeable<string>();
      return Promise.race([never.promise, ctx.sleep(5).then(() => "nobody came")]);
    },
  });
  const agent = new Agent({
    name: "Waiter",
    instructions: "Wait.",
    model: "a-model",
    tools: [ask, race],
  });
  const models = scriptedModels((_request, results) =>
    results > 0
      ? `waited for ${results}`
      : [
          { tool: "ask", args: {} },
          { tool: "race", args: {} },
        ],
  );
  const waiters = service({
    name: "Waiters",
    handlers: {
      run: async (ctx: Context, input: string) =>
        (await new DurableRunner(ctx, { modelProvider: models }).run(agent, input)).finalOutput,
    },
  });
  return {
    services: [waiters],
    drive: async (restate) => {
      const id = await restate.send("Waiters", "run", "Wait for it.");
      await restate.resolveAwakeable(await asked.promise, { yes: true });
      await restate.attach(id);
    },
  };
}
