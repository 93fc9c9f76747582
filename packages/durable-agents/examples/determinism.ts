import { DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent, MCPServerStreamableHttp, tool } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

// Right: clock, random numbers and I/O come from the context.
const openClaim = durableTool({
  name: "open_claim",
  description: "Opens a claim.",
  parameters: z.object({ reason: z.string() }),
  execute: async ({ reason }, ctx) => {
    const id = `C-${ctx.rand.uuidv4().slice(0, 8)}`;
    const openedAt = new Date(await ctx.date.now()).toISOString();
    await ctx.run("store claim", () => console.log("stored a claim")); // fetch, databases, files: in here alone
    return { id, openedAt, reason };
  },
});

const common = { instructions: "You open claims.", model: "gpt-5-mini" };
const agents: Record<string, Agent> = {
  right: new Agent({ name: "Clerk", ...common, tools: [openClaim] }),

  // Refused before the first model call.
  timeout: new Agent({
    name: "Impatient",
    ...common,
    tools: [
      tool({
        name: "open_claim",
        description: "Opens a claim.",
        parameters: z.object({ reason: z.string() }),
        timeoutMs: 5000,
        execute: () => "opened",
      }),
    ],
  }),
  retry: new Agent({ name: "Stubborn", ...common, modelSettings: { retry: { maxRetries: 3 } } }),
  mcp: new Agent({
    name: "Direct",
    ...common,
    mcpServers: [new MCPServerStreamableHttp({ url: "http://localhost:3001/mcp" })],
  }),
};

const rules = restate.service({
  name: "Rules",
  handlers: {
    open: async (ctx: restate.Context, { agent, reason }: { agent: string; reason: string }) =>
      (await new DurableRunner(ctx).run(agents[agent] ?? noSuchAgent(), JSON.stringify({ reason })))
        .finalOutput,

    // Refused when it happens: a durable operation after real I/O, here inside of a step.
    nested: (ctx: restate.Context) => {
      const durable = DurableContext.from(ctx);
      return durable.run("outer", () => durable.run("inner", () => "done"));
    },

    // Restate's own context beside the durable one.
    beside: (ctx: restate.Context) => {
      const durable = DurableContext.from(ctx);
      return Promise.all([durable.run("one", () => "done"), ctx.run("two", () => "done")]);
    },
  },
});

function noSuchAgent(): never {
  throw new restate.TerminalError("There is no such agent.", { errorCode: 404 });
}

restate.serve({ services: [rules] }); // at port 9080, or PORT
