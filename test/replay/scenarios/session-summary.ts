// A conversation that is summarised, in turns that others may interrupt: what is stored of its summary and of its turns.

import { DurableRunner } from "@holdfast/durable-agents";
import { RestateSession, readSession, runTurn, summarise } from "@holdfast/durable-agents/sessions";
import { Agent } from "@openai/agents-core";
import { handlers, type ObjectContext, type ObjectSharedContext, object } from "@restatedev/restate-sdk";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const agent = new Agent({ name: "Companion", instructions: "Chat.", model: "a-model" });
  const models = scriptedModels(({ input, systemInstructions }) =>
    systemInstructions === "Chat." ? `your request had ${input.length} items` : "We said hello.",
  );
  const chat = (name: string, prune: boolean) => {
    const history = summarise({ keepTurns: 1, after: 2, model: "a-small-model", prune });
    return object({
      name,
      handlers: {
        message: (ctx: ObjectContext, text: string) =>
          runTurn(ctx, async () => {
            const session = new RestateSession(ctx, { history });
            const runner = new DurableRunner(ctx, { modelProvider: models });
            return (await runner.run(agent, text, { session })).finalOutput;
          }),
        pop: (ctx: ObjectContext) => new RestateSession(ctx).popItem(),
        clear: (ctx: ObjectContext) => new RestateSession(ctx).clearSession(),
        history: handlers.object.shared((ctx: ObjectSharedContext) => readSession(ctx)),
      },
      options: { enableLazyState: true },
    });
  };
  return {
    services: [chat("WholeChat", false), chat("PrunedChat", true)],
    drive: async (restate) => {
      for (const service of ["WholeChat", "PrunedChat"]) {
        for (const text of ["Hello", "Hello again", "And again", "Who are you?", "And who am I?", "Who?"]) {
          await restate.call(service, "message", text, { key: "anna" });
        }
        await restate.call(service, "pop", undefined, { key: "anna" });
        await restate.call(service, "history", undefined, { key: "anna" });
        await restate.call(service, "clear", undefined, { key: "anna" });
      }
    },
  };
}
