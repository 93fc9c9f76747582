// Conversations of two turns in Virtual Objects, one that is sent its state with each request and one that asks for it:
// what the first turn stored, the second one reads.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import {
  keepLastTurns,
  RestateSession,
  type RestateSessionOptions,
  readSession,
} from "@holdfast/durable-agents/sessions";
import { Agent } from "@openai/agents-core";
import { handlers, type ObjectContext, type ObjectSharedContext, object } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const remember = durableTool({
    name: "remember",
    description: "Remembers",
    parameters: z.object({}),
    execute: (_input, ctx) => ctx.run("remember", () => "noted"),
  });
  const agent = new Agent({
    name: "Companion",
    instructions: "Chat.",
    model: "a-model",
    tools: [remember],
  });
  const models = scriptedModels(({ input }, results) =>
    results === 0 ? [{ tool: "remember", args: {} }] : `your request had ${input.length} items`,
  );
  const chat = (name: string, enableLazyState: boolean, options: RestateSessionOptions) =>
    object({
      name,
      handlers: {
        message: async (ctx: ObjectContext, text: string) => {
          const session = new RestateSession(ctx, options);
          const runner = new DurableRunner(ctx, { modelProvider: models });
          return (await runner.run(agent, text, { session })).finalOutput;
        },
        history: handlers.object.shared(async (ctx: ObjectSharedContext) => readSession(ctx, options.name)),
      },
      options: { enableLazyState },
    });
  return {
    services: [
      chat("EagerChat", false, {}),
      chat("LazyChat", true, { name: "talk", history: keepLastTurns(1) }),
    ],
    drive: async (restate) => {
      for (const service of ["EagerChat", "LazyChat"]) {
        for (const text of ["Hello", "Do you remember me?"]) {
          await restate.call(service, "message", text, { key: "anna" });
        }
        await restate.call(service, "history", undefined, { key: "anna" });
      }
    },
  };
}
