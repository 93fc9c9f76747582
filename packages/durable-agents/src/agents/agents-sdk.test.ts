// The private parts of the Agents SDK that the library relies on. A failure names what an SDK has changed.

import { Agent, getCurrentSpan, type Model, Runner, tool, Usage } from "@openai/agents-core";
import { expect, it } from "vitest";
import { z } from "zod";
import { decidesByArguments, neverApproved, parsedArguments, replaceTools } from "./agents-sdk.ts";
import type { FunctionTool } from "./plugin.ts";

const REMEDY =
  "The Agents SDK has changed: mend src/agents/agents-sdk.ts, or narrow the ranges of @openai/agents-core and @openai/agents-openai.";

const pay = tool({
  name: "pay",
  description: "Pays",
  parameters: z.object({ amount: z.number() }),
  execute: () => "paid",
});

it("asks an agent for its tools by getAllTools, also one that is used as a tool", async () => {
  const asked: string[] = [];
  replaceTools((agent, tools) => {
    asked.push(agent.name);
    return tools();
  });
  const spans: unknown[] = [];
  const reply = (request: { systemInstructions?: string | undefined; input: unknown }) => {
    spans.push(getCurrentSpan()?.spanData);
    const isFirst = request.systemInstructions === "outer" && typeof request.input !== "string";
    const called = JSON.stringify(request.input).includes("function_call");
    return isFirst && !called
      ? [{ type: "function_call" as const, callId: "1", name: "ask", arguments: '{"input":"go"}' }]
      : [
          {
            type: "message" as const,
            role: "assistant" as const,
            status: "completed" as const,
            content: [{ type: "output_text" as const, text: "done" }],
          },
        ];
  };
  const model: Model = {
    getResponse: async (request) => ({ usage: new Usage(), output: reply(request) }),
    getStreamedResponse: () => {
      throw new Error("nothing is streamed");
    },
  };
  const inner = new Agent({ name: "Inner", instructions: "inner", tools: [pay] });
  const outer = new Agent({
    name: "Outer",
    instructions: "outer",
    tools: [inner.asTool({ toolName: "ask", toolDescription: "Asks" })],
  });
  const runner = new Runner({ modelProvider: { getModel: async () => model }, tracingDisabled: true });
  await runner.run(outer, [{ type: "message", role: "user", content: "go" }]);
  expect(new Set(asked), REMEDY).toEqual(new Set(["Outer", "Inner"]));
  expect(
    spans.map((data) => (data as { name?: string } | undefined)?.name),
    REMEDY,
  ).toEqual(["Outer", "Inner", "Outer"]);
});

it("tells its own approval policies from those of others", () => {
  const never: FunctionTool = { ...pay, needsApproval: neverApproved };
  const sometimes = tool({
    name: "pay",
    description: "Pays",
    parameters: z.object({ amount: z.number() }),
    needsApproval: async (_run, { amount }) => amount > 100,
    execute: () => "paid",
  });
  expect([never, pay, sometimes].map(decidesByArguments), REMEDY).toEqual([false, false, true]);
});

it("opens the parser of its function tools", () => {
  expect(parsedArguments(pay, '{"amount": 1}'), REMEDY).toMatchObject({
    success: true,
    value: { amount: 1 },
  });
  expect(parsedArguments(pay, '{"amount": "many"}'), REMEDY).toMatchObject({ success: false });
});
