import { DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

const findPolicy = durableTool({
  name: "find_policy",
  description: "Finds a policy.",
  parameters: z.object({ policy: z.string() }),
  execute: ({ policy }, ctx) => ctx.run("find policy", () => ({ policy, status: "active" })),
});

const clerk = new Agent({
  name: "Clerk",
  instructions: "You answer what state a policy is in. Find it first.",
  model: "gpt-5-mini",
  tools: [findPolicy],
});

const desk = restate.service({
  name: "PolicyDesk",
  handlers: {
    ask: async (ctx: restate.Context, query: { policy: string }) => {
      const durable = DurableContext.from(ctx);
      const result = await new DurableRunner(ctx).run(clerk, JSON.stringify(query), { stream: true });
      const log: string[] = [];
      for await (const event of result) {
        if (event.type !== "run_item_stream_event") continue;
        log.push(event.name);
        // What follows from an event is a durable step, as anywhere in a handler.
        if (event.name === "tool_called")
          await durable.run("audit", () => console.log("audited a tool call"));
      }
      return { log, answer: result.finalOutput };
    },
  },
});

restate.serve({ services: [desk] }); // at port 9080, or PORT
