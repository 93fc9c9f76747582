import { createRequire } from "node:module";
import { Agent, handoff, hostedMcpTool, MCPServerStdio, tool } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedModels } from "../../e2e/scripted-models.ts";
import { durableMcp } from "../mcp/durable-mcp.ts";
import { refuseUnsupported } from "./unsupported.ts";

const parameters = z.object({});
const execute = () => "done";
const hosted = { serverLabel: "files", serverUrl: "https://files.example" };

async function agentWithModelObject(): Promise<Agent> {
  const model = await scriptedModels(() => "hello").getModel("any");
  return new Agent({ name: "Own", model });
}

// Its CommonJS build is another copy of the SDK's.
const otherCopy: typeof import("@openai/agents-core") = createRequire(import.meta.url)("@openai/agents-core");

const unsupported: [string, () => Agent | Promise<Agent>, RegExp][] = [
  [
    "another copy of the SDK",
    () => new otherCopy.Agent({ name: "Own" }),
    /another copy of @openai\/agents-core.*npm ls/,
  ],
  ["a model object", agentWithModelObject, /model object.*Give the agent a model's name/],
  [
    "the SDK's retries",
    () => new Agent({ name: "Own", modelSettings: { retry: { maxRetries: 2 } } }),
    /modelSettings\.retry.*maxRetryAttempts/,
  ],
  [
    "the SDK's time-out of model calls",
    () => new Agent({ name: "Own", modelSettings: { timeoutMs: 1000 } }),
    /modelSettings\.timeoutMs.*openAIModels/,
  ],
  [
    "an MCP server",
    () => new Agent({ name: "Own", mcpServers: [new MCPServerStdio({ command: "none" })] }),
    /MCP server directly.*durableMcp/,
  ],
  [
    "a tool's time-out",
    () =>
      new Agent({
        name: "Own",
        tools: [tool({ name: "slow", description: "Slow", parameters, execute, timeoutMs: 1000 })],
      }),
    /tool "slow" with timeoutMs.*ctx\.sleep/,
  ],
  [
    "a hosted MCP tool that always needs an approval",
    () => new Agent({ name: "Own", tools: [hostedMcpTool({ ...hosted, requireApproval: "always" })] }),
    /hosted MCP.*onApproval/,
  ],
  [
    "a hosted MCP tool that may need an approval",
    () => {
      const requireApproval = { never: { toolNames: ["list"] } };
      return new Agent({ name: "Own", tools: [hostedMcpTool({ ...hosted, requireApproval })] });
    },
    /hosted MCP.*onApproval/,
  ],
];

describe("refuseUnsupported", () => {
  it.each(unsupported)("names %s and the remedy", async (_name, make, message) => {
    const agent = await make();
    expect(() => refuseUnsupported(agent)).toThrow(TerminalError);
    expect(() => refuseUnsupported(agent)).toThrow(message);
    expect(() => refuseUnsupported(agent)).toThrow(/^Agent "Own" /);
  });

  it.each(unsupported)(
    "finds %s behind handoffs, also those that go round in circles",
    async (_name, make, message) => {
      const middle = new Agent({ name: "Middle" });
      const first = new Agent({ name: "First", handoffs: [middle] });
      middle.handoffs.push(first, handoff(await make()));
      expect(() => refuseUnsupported(first)).toThrow(message);
    },
  );

  it("accepts names of models, tools of all kinds, wrapped MCP servers and agents as tools", () => {
    const nested = new Agent({ name: "Nested", model: "a-model" });
    const agent = new Agent({
      name: "Fine",
      modelSettings: { temperature: 0 },
      tools: [
        tool({ name: "quick", description: "Quick", parameters, execute }),
        nested.asTool({ toolName: "ask", toolDescription: "Asks" }),
        { type: "hosted_tool", name: "web_search" },
        hostedMcpTool({ ...hosted, requireApproval: "never" }),
        hostedMcpTool({
          ...hosted,
          requireApproval: "always",
          onApproval: async () => ({ approve: true }),
        }),
      ],
      mcpServers: [durableMcp("plans", () => new MCPServerStdio({ command: "none" }))],
      handoffs: [nested],
    });
    expect(() => refuseUnsupported(agent)).not.toThrow();
  });
});
