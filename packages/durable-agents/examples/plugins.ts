import { DurableRunner, durableTool, type Plugin } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

/** Denies a tool, and writes down that it did. */
function deny(tool: string, reason: string): Plugin {
  return ({ context }) => ({
    aroundToolCall: async (call, next) => {
      if (call.tool.name !== tool) return next(call.input);
      await context.run(`denied ${tool}`, () => console.log(`denied ${tool} to ${call.agent}`));
      return { denied: reason };
    },
  });
}

const findClaim = durableTool({
  name: "find_claim",
  description: "Finds a claim",
  parameters: z.object({ claimId: z.string() }),
  execute: ({ claimId }, ctx) => ctx.run("find claim", () => ({ claimId, status: "open" })),
});

const payClaim = durableTool({
  name: "pay_claim",
  description: "Pays a claim",
  parameters: z.object({ claimId: z.string() }),
  execute: ({ claimId }, ctx) =>
    ctx.run("pay claim", () => {
      console.log(`paid ${claimId}`);
      return { paid: claimId };
    }),
});

const clerk = new Agent({
  name: "Clerk",
  instructions: "You find claims and pay them.",
  model: "gpt-5-mini",
  tools: [findClaim, payClaim],
});

const desk = restate.service({
  name: "NightDesk",
  handlers: {
    ask: async (ctx: restate.Context, question: string) => {
      const runner = new DurableRunner(ctx, { plugins: [deny("pay_claim", "Nothing is paid at night.")] });
      return (await runner.run(clerk, question)).finalOutput;
    },
  },
});

restate.serve({ services: [desk] }); // at port 9080, or PORT
