import { Agent, tool } from "@openai/agents-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { FunctionTool } from "../agents/plugin.ts";
import { readArguments } from "../agents/tools/approval-policy.ts";
import { durableTool } from "../agents/tools/durable-tool.ts";
import { objectionTo } from "./tool-arguments.ts";

const parameters = z.strictObject({
  amount: z.number().max(1000),
  to: z.object({ name: z.string().min(2) }),
  note: z.string().default("none"),
});
const common = { name: "pay", description: "Pays", execute: () => "paid" };

const made: [string, FunctionTool][] = [
  ["durableTool", durableTool({ ...common, parameters })],
  ["tool", tool({ ...common, parameters })],
  ["asTool", new Agent({ name: "Pay" }).asTool({ toolName: "pay", parameters })],
];

const good = { amount: 7, to: { name: "Ann" } };

describe("the arguments of a tool", () => {
  it.each(made)("are what the tool reads: %s", (_name, pay) => {
    expect(readArguments(pay, JSON.stringify(good))).toEqual({
      success: true,
      value: { ...good, note: "none" },
    });
  });

  it.each(made)("names fields and rules, never values or unknown names: %s", (_name, pay) => {
    const reasons = [
      { ...good, amount: "secret" },
      { ...good, amount: 4711 },
      { ...good, to: { name: "S" } },
      { ...good, secret: 1 },
      {},
    ].map((value) => objectionTo(pay, JSON.stringify(value)));
    expect(reasons).toEqual([
      expect.stringMatching(/^amount: .*expected number/),
      expect.stringMatching(/^amount: .*1000/),
      expect.stringMatching(/^to\.name: .*2/),
      "has unknown fields",
      expect.stringMatching(/^amount: .*; to: /),
    ]);
    expect(JSON.stringify(reasons)).not.toMatch(/secret|4711|"S"/);
  });

  it.each(made)("says that it is no JSON: %s", (_name, pay) => {
    expect(objectionTo(pay, "{'secret'}")).toEqual("they are no JSON");
  });

  it("knows no more than JSON of a tool that the SDK did not make", () => {
    const own = { ...tool({ ...common, parameters }), invoke: async () => "paid" };
    expect(readArguments(own, '{"any": 1}')).toEqual({ success: true, value: { any: 1 } });
    expect(objectionTo(own, "secret")).toEqual("they are no JSON");
  });

  it("keeps to itself what a rule of the tool's own says", () => {
    const own = tool({
      ...common,
      parameters: z.object({
        amount: z.number().refine((amount) => {
          throw new Error(`secret ${amount}`);
        }),
      }),
    });
    expect(objectionTo(own, '{"amount": 1}')).toBe("they do not fit the tool's parameters");
  });
});
