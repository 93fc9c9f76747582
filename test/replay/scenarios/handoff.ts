// An agent that uses a tool and then hands off; the answer is structured.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const classify = durableTool({
    name: "classify",
    description: "Says what it is about",
    parameters: z.object({}),
    execute: (_input, ctx) => ctx.run("classify", () => "a car"),
  });
  const specialist = new Agent({
    name: "Cars",
    instructions: "Decide.",
    model: "a-model",
    outputType: z.object({ outcome: z.enum(["approve", "deny"]), amount: z.number() }),
  });
  const intake = Agent.create({
    name: "Intake",
    instructions: "Hand off.",
    model: "a-model",
    tools: [classify],
    handoffs: [specialist],
  });
  const models = scriptedModels(({ systemInstructions }, results) => {
    if (systemInstructions === "Decide.") return JSON.stringify({ outcome: "approve", amount: 120.5 });
    return results === 0 ? [{ tool: "classify", args: {} }] : [{ tool: "transfer_to_Cars", args: {} }];
  });
  const desks = service({
    name: "Desks",
    handlers: {
      run: async (ctx: Context, input: string) => {
        const result = await new DurableRunner(ctx, { modelProvider: models }).run(intake, input);
        return { output: result.finalOutput, by: result.lastAgent?.name };
      },
    },
  });
  return {
    services: [desks],
    drive: async (restate) => {
      await restate.call("Desks", "run", "Somebody hit my car.");
    },
  };
}
