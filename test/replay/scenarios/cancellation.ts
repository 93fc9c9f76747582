// A run that is cancelled while two tools wait: one remote, one asleep. The handler undoes its work and ends with it.

import { DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { remoteAgentTool } from "@holdfast/durable-agents/remote-agents";
import { Agent } from "@openai/agents-core";
import { CancelledError, type Context, iface, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import { type Scenario, untilJournaled } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

const slow = iface.service("Slow", { run: iface.json<object, string>() });

export function scenario(): Scenario {
  const parameters = z.object({});
  const sleep = durableTool({
    name: "sleep",
    description: "Sleeps",
    parameters,
    execute: async (_input, ctx) => {
      await ctx.sleep({ days: 1 });
    },
  });
  const call = remoteAgentTool(slow, {
    name: "call",
    description: "Calls",
    handler: "run",
    parameters,
  });
  const agent = new Agent({
    name: "Cancelled",
    instructions: "Wait.",
    model: "a-model",
    tools: [sleep, call],
  });
  const models = scriptedModels(() => [
    { tool: "sleep", args: {} },
    { tool: "call", args: {} },
  ]);
  const waiting = service({
    name: "Waiting",
    handlers: {
      run: async (ctx: Context, input: string) => {
        const durable = DurableContext.from(ctx);
        await durable.run("reserve", () => "reserved");
        try {
          return (await new DurableRunner(durable, { modelProvider: models }).run(agent, input)).finalOutput;
        } catch (error) {
          if (error instanceof CancelledError) await durable.run("release", () => "released");
          throw error;
        }
      },
    },
  });
  const remote = service({
    name: "Slow",
    handlers: {
      run: async (ctx: Context, _input: object) => {
        await DurableContext.from(ctx).sleep({ days: 1 });
        return "late";
      },
    },
  });
  return {
    services: [waiting, remote],
    drive: async (restate) => {
      const id = await restate.send("Waiting", "run", "Wait.");
      await untilJournaled(restate, "Waiting/run", "Command: Sleep");
      await untilJournaled(restate, "Slow/run", "Command: Sleep");
      await restate.server.cancel(id);
      await restate.attach(id).then(
        () => Promise.reject(new Error("it was not cancelled")),
        () => {},
      );
      // The remote invocation ends on its own, after its caller.
      await untilJournaled(restate, "Slow/run", "Command: Output");
    },
  };
}
