import { RunContext } from "@openai/agents-core";
import { iface, TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { remoteAgentTool } from "../../remote-agents/remote-agent-tool.ts";
import { durableTool } from "./durable-tool.ts";

const parameters = z.object({ policy: z.string().describe("The policy's number") });
const fraud = iface.service("Fraud", { assess: iface.json<{ policy: string }, string>() });

let executed = 0;
const described = { name: "look_up", description: "Looks up a policy", parameters };
const own = durableTool({ ...described, execute: () => executed++ });
const remote = remoteAgentTool(fraud, { ...described, handler: "assess" });

describe.each([
  ["durableTool", own],
  ["remoteAgentTool", remote],
])("%s", (_name, tool) => {
  it("is a strict function tool of the SDK", () => {
    expect(tool).toMatchObject({
      type: "function",
      name: "look_up",
      description: "Looks up a policy",
      strict: true,
      parameters: {
        properties: { policy: { type: "string", description: "The policy's number" } },
        required: ["policy"],
        additionalProperties: false,
      },
    });
  });

  it("does nothing outside of a durable run, and says how to make one", async () => {
    const called = tool.invoke(new RunContext(), '{"policy": "P-7"}');
    await expect(called).rejects.toThrow(TerminalError);
    await expect(called).rejects.toThrow("new DurableRunner(ctx).run(agent, input)");
    expect(executed).toBe(0);
  });

  it("tells the model of arguments that do not fit", async () => {
    expect(await tool.invoke(new RunContext(), '{"policy": 7}')).toMatch(/invalid/i);
    expect(executed).toBe(0);
  });
});
