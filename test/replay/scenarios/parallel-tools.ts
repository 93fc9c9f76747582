// Two tools of one turn side by side, each with steps of its own, then a third step for what both found.

import { setTimeout } from "node:timers/promises";
import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const lookUp = durableTool({
    name: "look_up",
    description: "Looks something up",
    parameters: z.object({ what: z.string(), ms: z.number() }),
    execute: async ({ what, ms }, ctx) => {
      const pages = await Promise.all(
        [1, 2].map((page) =>
          ctx.run(`${what} ${page}`, async () => {
            await setTimeout(ms * page);
            return `${what} page ${page}`;
          }),
        ),
      );
      const id = ctx.rand.uuidv4();
      return ctx.run(`file ${what}`, () => ({ id, pages }));
    },
  });
  const agent = new Agent({
    name: "Reader",
    instructions: "Look up both.",
    model: "a-model",
    tools: [lookUp],
  });
  const models = scriptedModels((_request, results) => {
    if (results > 0) return `read ${results}`;
    return [
      { tool: "look_up", args: { what: "plan", ms: 6 } },
      { tool: "look_up", args: { what: "rates", ms: 4 } },
    ];
  });
  const readers = service({
    name: "Readers",
    handlers: {
      run: async (ctx: Context, input: string) => {
        const result = await new DurableRunner(ctx, { modelProvider: models }).run(agent, input);
        return { output: result.finalOutput, tokens: result.state.usage.totalTokens };
      },
    },
  });
  return {
    services: [readers],
    drive: async (restate) => {
      await restate.call("Readers", "run", "What do we have?");
    },
  };
}
