// A streaming run with a tool, and an agent used as a tool that streams too. What its reader saw is part of the answer.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const count = durableTool({
    name: "count",
    description: "Counts",
    parameters: z.object({}),
    execute: (_input, ctx) => ctx.run("count", () => 3),
  });
  const poet = new Agent({ name: "Poet", instructions: "Rhyme.", model: "a-model" }).asTool({
    toolName: "rhyme",
    toolDescription: "Rhymes",
    onStream: () => {},
  });
  const agent = new Agent({
    name: "Streamer",
    instructions: "Count and rhyme.",
    model: "a-model",
    tools: [count, poet],
  });
  const models = scriptedModels(({ systemInstructions }, results) => {
    if (systemInstructions === "Rhyme.") return "three, free";
    if (results > 0) return `with ${results} results`;
    return [
      { tool: "count", args: {} },
      { tool: "rhyme", args: { input: "three" } },
    ];
  });
  const streamers = service({
    name: "Streamers",
    handlers: {
      run: async (ctx: Context, input: string) => {
        const runner = new DurableRunner(ctx, { modelProvider: models });
        const result = await runner.run(agent, input, { stream: true });
        let text = "";
        for await (const part of result.toTextStream()) text += part;
        await result.completed;
        return { text, output: result.finalOutput };
      },
    },
  });
  return {
    services: [streamers],
    drive: async (restate) => {
      await restate.call("Streamers", "run", "Count to three.");
    },
  };
}
