// Tools of an MCP server: their list, a call, and one that the server answers with an error.

import { DurableRunner } from "@holdfast/durable-agents";
import { durableMcp } from "@holdfast/durable-agents/mcp";
import { Agent, type MCPServer } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const agent = new Agent({
    name: "Adviser",
    instructions: "Look it up.",
    model: "a-model",
    mcpServers: [durableMcp("plans", plansServer)],
  });
  const models = scriptedModels((_request, results) => {
    if (results > 1) return "looked up";
    return [{ tool: "plan", args: { name: results === 0 ? "gold" : "lead" } }];
  });
  const advice = service({
    name: "Advice",
    handlers: {
      ask: async (ctx: Context, input: string) =>
        (await new DurableRunner(ctx, { modelProvider: models }).run(agent, input)).finalOutput,
    },
  });
  return {
    services: [advice],
    drive: async (restate) => {
      await restate.call("Advice", "ask", "What is covered?");
    },
  };
}

/** A server in this process. */
function plansServer(): MCPServer {
  return {
    name: "plans",
    cacheToolsList: false,
    connect: async () => {},
    close: async () => {},
    invalidateToolsCache: async () => {},
    listTools: async () => [
      {
        name: "plan",
        description: "What a plan covers",
        inputSchema: {
          type: "object",
          properties: { name: { type: "string" } },
          required: ["name"],
          additionalProperties: false,
        },
      },
    ],
    callTool: async (_tool, args) => {
      const known = args?.name === "gold";
      const content = [{ type: "text" as const, text: known ? "Everything." : "There is no such plan." }];
      return Object.defineProperty(content, "isError", { value: !known });
    },
  };
}
