import { Agent, tool } from "@openai/agents-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { durableTool } from "../agents/tools/durable-tool.ts";
import type { FunctionTool } from "../agents/tools/tool-calls.ts";
import { readArguments } from "./tool-arguments.ts";

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

describe("readArguments", () => {
  it.each(made)("reads what the tool reads: %s", (_name, pay) => {
    expect(readArguments(pay, JSON.stringify(good))).toEqual({
      valid: true,
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
    ].map((value) => readArguments(pay, JSON.stringify(value)));
    expect(reasons).toEqual([
      { valid: false, why: expect.stringMatching(/^amount: .*expected number/) },
      { valid: false, why: expect.stringMatching(/^amount: .*1000/) },
      { valid: false, why: expect.stringMatching(/^to\.name: .*2/) },
      { valid: false, why: "has unknown fields" },
      { valid: false, why: expect.stringMatching(/^amount: .*; to: /) },
    ]);
    expect(JSON.stringify(reasons)).not.toMatch(/secret|4711|"S"/);
  });

  it.each(made)("says that it is no JSON: %s", (_name, pay) => {
    expect(readArguments(pay, "{'secret'}")).toEqual({ valid: false, why: "they are no JSON" });
  });

  it("knows no more than JSON of a tool that the SDK did not make", () => {
    const own = { ...tool({ ...common, parameters }), invoke: async () => "paid" };
    expect(readArguments(own, '{"any": 1}')).toEqual({ valid: true, value: { any: 1 } });
    expect(readArguments(own, "secret")).toEqual({ valid: false, why: "they are no JSON" });
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
    expect(readArguments(own, '{"amount": 1}')).toEqual({
      valid: false,
      why: "they do not fit the tool's parameters",
    });
  });
});
