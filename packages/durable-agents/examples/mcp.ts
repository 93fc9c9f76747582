import { DurableRunner } from "@holdfast/durable-agents";
import { durableMcp } from "@holdfast/durable-agents/mcp";
import { Agent, MCPServerStdio } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";

// Any of the SDK's MCP servers: MCPServerStdio, MCPServerStreamableHttp, MCPServerSSE.
const plans = durableMcp(
  "plans",
  () => new MCPServerStdio({ command: process.execPath, args: [`${import.meta.dirname}/mcp-server.ts`] }),
);

const adviser = new Agent({
  name: "Adviser",
  instructions: "You advise people on health plans. Look the plan up.",
  model: "gpt-5-mini",
  mcpServers: [plans],
});

const advice = restate.service({
  name: "PlanAdvice",
  handlers: {
    ask: async (ctx: restate.Context, question: { plan: string }) =>
      (await new DurableRunner(ctx).run(adviser, `What does this plan cover? ${JSON.stringify(question)}`))
        .finalOutput,
  },
});

restate.serve({ services: [advice] }); // at port 9080, or PORT
process.once("SIGTERM", () => plans.close());
