import { Agent, handoff, MCPServerStdio, tool } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedModels } from "../../../e2e/scripted-models.ts";
import { refuseUnsupported } from "./refusals.ts";

const parameters = z.object({});
const execute = () => "done";

async function agentWithModelObject(): Promise<Agent> {
  const model = await scriptedModels(() => "hello").getModel("any");
  return new Agent({ name: "Own", model });
}

const unsupported: [string, () => Agent | Promise<Agent>, RegExp][] = [
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
    /MCP.*durableTool/,
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

  it("accepts names of models, tools of all kinds and agents as tools", () => {
    const nested = new Agent({ name: "Nested", model: "a-model" });
    const agent = new Agent({
      name: "Fine",
      modelSettings: { temperature: 0 },
      tools: [
        tool({ name: "quick", description: "Quick", parameters, execute }),
        nested.asTool({ toolName: "ask", toolDescription: "Asks" }),
        { type: "hosted_tool", name: "web_search" },
      ],
      handoffs: [nested],
    });
    expect(() => refuseUnsupported(agent)).not.toThrow();
  });
});
