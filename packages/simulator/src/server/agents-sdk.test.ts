/** The Agents SDK takes the simulator for the real API: handoff, parallel tools, structured output, streaming. */
import { Agent, Runner, tool } from "@openai/agents-core";
import { OpenAIChatCompletionsModel, OpenAIResponsesModel } from "@openai/agents-openai";
import { expect, test } from "vitest";
import { z } from "zod";
import { clientOf, simulatorForTest } from "../../test/support.ts";
import { agentId } from "../ids.ts";
import type { StandIn } from "../stand-in.ts";

const INTAKE = "You take claims in and hand each to the specialist of its category.";
const MEDICAL = "You decide medical claims by what your tools find out.";

const standIns: StandIn[] = [
  { instructions: INTAKE, tools: ({ text }) => [`transfer_to_${text("category")}`] },
  {
    instructions: MEDICAL,
    answer: ({ text }) => ({ outcome: text("risk") === "high" ? "refer" : "approve" }),
  },
];

const Claim = z.object({ category: z.string(), amount: z.number(), currency: z.string().nullable() });
const Decision = z.object({
  outcome: z.enum(["approve", "deny", "refer"]),
  amount: z.number(),
  reasons: z.array(z.string()).max(5),
  reviewer: z.string().nullable(),
});

test.each([
  ["responses", false],
  ["responses", true],
  ["chat_completions", false],
  ["chat_completions", true],
] as const)("two agents with tools over %s, stream %s", async (api, stream) => {
  const simulator = await simulatorForTest({ standIns });
  const client = clientOf(simulator);
  const model =
    api === "responses" ? new OpenAIResponsesModel(client, "m") : new OpenAIChatCompletionsModel(client, "m");
  const turns: string[] = [];
  const eligibility = tool({
    name: "check_eligibility",
    description: "Whether the plan covers the claim.",
    parameters: z.object({ claim: Claim }),
    execute: async ({ claim }) => {
      turns.push(`eligibility of ${claim.amount}`);
      return { eligible: true, reasons: ["covered"] };
    },
  });
  const fraud = tool({
    name: "check_fraud",
    description: "How likely fraud is.",
    parameters: z.object({ amount: z.number() }),
    execute: async ({ amount }) => {
      turns.push(`fraud of ${amount}`);
      return { risk: "high" };
    },
  });
  const medical = new Agent({
    name: "medical",
    instructions: MEDICAL,
    model,
    tools: [eligibility, fraud],
    outputType: Decision,
  });
  const other = new Agent({ name: "other", instructions: "You decide other claims.", model });
  const intake = Agent.create({ name: "intake", instructions: INTAKE, model, handoffs: [medical, other] });

  const runner = new Runner({ tracingDisabled: true });
  const input = `Decide on this claim: ${JSON.stringify({ category: "medical", amount: 3000 })}`;
  const result = stream ? await runner.run(intake, input, { stream: true }) : await runner.run(intake, input);
  if ("completed" in result) await result.completed;

  expect(result.finalOutput).toEqual({
    outcome: "refer",
    amount: 3000,
    reasons: ["Simulated: covered"],
    reviewer: null,
  });
  expect(turns).toEqual(["eligibility of 3000", "fraud of 3000"]);
  expect(result.state.usage.totalTokens).toBeGreaterThan(100);
  expect(simulator.stats()).toMatchObject({
    total: 3,
    repeated: 0,
    byAgent: { [agentId(INTAKE)]: 1, [agentId(MEDICAL)]: 2 },
  });
});

test("an unknown tool and bad arguments go back to the model, which then does better", async () => {
  const simulator = await simulatorForTest();
  const model = new OpenAIResponsesModel(clientOf(simulator), "m");
  const got: number[] = [];
  const pay = tool({
    name: "pay",
    description: "",
    parameters: z.object({ amount: z.number() }),
    execute: async ({ amount }) => {
      got.push(amount);
      return "paid";
    },
  });
  simulator.inject({ kind: "bad_arguments" });
  const agent = new Agent({ name: "payer", instructions: "Pay.", model, tools: [pay] });
  const result = await new Runner({ tracingDisabled: true }).run(agent, '{"amount":7}');
  expect(got).toEqual([7]);
  expect(result.finalOutput).toContain("paid");
  expect(simulator.stats().total).toBe(3);
});
