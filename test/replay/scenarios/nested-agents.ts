// Two agents used as tools in one turn; one of them runs to its answer at once, the other uses a tool before.

import { setTimeout } from "node:timers/promises";
import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const measure = durableTool({
    name: "measure",
    description: "Measures",
    parameters: z.object({}),
    execute: (_input, ctx) => ctx.run("measure", () => setTimeout(3, 42)),
  });
  const specialist = (name: string, tools: (typeof measure)[]) =>
    new Agent({ name, instructions: name, model: "small-model", tools }).asTool({
      toolName: name.toLowerCase(),
      toolDescription: "Asks a specialist",
    });
  const tools = [specialist("Surveyor", [measure]), specialist("Lawyer", [])];
  const lead = new Agent({ name: "Lead", instructions: "Lead", model: "large-model", tools });
  const models = scriptedModels(({ systemInstructions }, results) => {
    if (systemInstructions === "Lead" && results === 0) {
      return tools.map(({ name }) => ({ tool: name, args: { input: "What do you say?" } }));
    }
    if (systemInstructions === "Surveyor" && results === 0) return [{ tool: "measure", args: {} }];
    return `${systemInstructions} has spoken`;
  });
  const leads = service({
    name: "Leads",
    handlers: {
      run: async (ctx: Context, input: string) =>
        (await new DurableRunner(ctx, { modelProvider: models }).run(lead, input)).finalOutput,
    },
  });
  return {
    services: [leads],
    drive: async (restate) => {
      await restate.call("Leads", "run", "Ask around.");
    },
  };
}
