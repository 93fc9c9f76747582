// Two remote agents asked for one answer: the slow one is cancelled.

import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import { raceAgents } from "@holdfast/durable-agents/remote-agents";
import { Agent } from "@openai/agents-core";
import { type Context, iface, service } from "@restatedev/restate-sdk";
import { type Scenario, untilJournaled } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

const quick = iface.service("Quick", { ask: iface.json<string, string>() });
const thorough = iface.service("Thorough", { ask: iface.json<string, string>() });

export function scenario(): Scenario {
  const agent = new Agent({ name: "Quick", instructions: "Answer.", model: "a-model" });
  const models = scriptedModels(() => "an answer");
  const quickService = service({
    name: "Quick",
    handlers: {
      ask: async (ctx: Context, input: string) =>
        (await new DurableRunner(ctx, { modelProvider: models }).run(agent, input)).finalOutput,
    },
  });
  const thoroughService = service({
    name: "Thorough",
    handlers: {
      ask: async (ctx: Context, _input: string) => {
        await DurableContext.from(ctx).sleep({ days: 1 });
        return "late";
      },
    },
  });
  const racing = service({
    name: "Racing",
    handlers: {
      ask: (ctx: Context, input: string) => {
        const durable = DurableContext.from(ctx);
        return raceAgents(durable, {
          thorough: durable.client(thorough).ask(input),
          quick: durable.client(quick).ask(input),
        });
      },
    },
  });
  return {
    services: [racing, quickService, thoroughService],
    drive: async (restate) => {
      await restate.call("Racing", "ask", "What is it?");
      // The loser ends on its own, after its caller.
      await untilJournaled(restate, "Thorough/ask", "Command: Output");
    },
  };
}
