// Tool calls that wait for a reviewer, one of them in an agent used as a tool: approved, edited after an answer that
// makes no sense, rejected. In a second run nobody answers in time.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { type ApprovalRequest, approvals } from "@holdfast/durable-agents/approvals";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const asked = new Map<string, PromiseWithResolvers<string>>();
  const askedFor = (question: string) => {
    const known = asked.get(question) ?? Promise.withResolvers<string>();
    asked.set(question, known);
    return known;
  };
  const pay = durableTool({
    name: "pay",
    description: "Pays an invoice",
    parameters: z.object({ amount: z.number() }),
    needsApproval: true,
    execute: ({ amount }, ctx) => ctx.run("pay", () => `paid ${amount}`),
  });
  const cashier = new Agent({ name: "Cashier", instructions: "Pay.", model: "a-model", tools: [pay] });
  const clerk = new Agent({
    name: "Clerk",
    instructions: "Settle.",
    model: "a-model",
    tools: [pay, cashier.asTool({ toolName: "ask_cashier", toolDescription: "Pays" })],
  });
  const models = scriptedModels(({ systemInstructions }, results) => {
    if (systemInstructions === "Pay.") {
      return results === 0 ? [{ tool: "pay", args: { amount: 30 } }] : "the cashier has paid";
    }
    const turns = [
      [{ tool: "pay", args: { amount: 10 } }],
      [{ tool: "pay", args: { amount: 20 } }],
      [{ tool: "ask_cashier", args: { input: "Pay 30." } }],
    ];
    return turns[results] ?? "settled";
  });
  const request = ({ id, arguments: args, insteadOf }: ApprovalRequest) => {
    const { amount } = z.object({ amount: z.number() }).parse(args);
    askedFor(`${amount}${insteadOf ? " again" : ""}`).resolve(id);
  };
  const desk = service({
    name: "Desk",
    handlers: {
      settle: async (ctx: Context, input: string) => {
        const plugins = [approvals({ request, timeout: { days: 1 } })];
        const result = await new DurableRunner(ctx, { modelProvider: models, plugins }).run(clerk, input);
        return result.finalOutput;
      },
      unattended: async (ctx: Context, input: string) => {
        const plugins = [approvals({ request: () => {}, timeout: 5 })];
        const result = await new DurableRunner(ctx, { modelProvider: models, plugins }).run(cashier, input);
        return result.finalOutput;
      },
    },
  });
  return {
    services: [desk],
    drive: async (restate) => {
      const id = await restate.send("Desk", "settle", "Settle it.");
      const answer = async (question: string, body: unknown) =>
        restate.resolveAwakeable(await askedFor(question).promise, body);
      await answer("10", { decision: "approve" });
      await answer("20", "perhaps");
      await answer("20 again", { decision: "edit", arguments: { amount: 2 } });
      await answer("30", { decision: "reject", message: "Too much." });
      await restate.attach(id);
      await restate.call("Desk", "unattended", "Pay it.");
    },
  };
}
