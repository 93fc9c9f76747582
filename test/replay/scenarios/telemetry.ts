// A run that telemetry tells of, which leaves its mark in the journal: a call of another agent carries the span of its tool, and
// an approval's times are journaled.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { type ApprovalRequest, approvals } from "@holdfast/durable-agents/approvals";
import { remoteAgentTool } from "@holdfast/durable-agents/remote-agents";
import { agentTelemetry, DerivedIds } from "@holdfast/durable-agents/telemetry";
import { Agent } from "@openai/agents-core";
import { trace } from "@opentelemetry/api";
import { type Context, iface, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

const assessor = iface.service("Assessor", { assess: iface.json<{ part: string }, string>() });

export function scenario(): Scenario {
  // To nobody: what is told is not in the journal.
  const { hooks } = agentTelemetry({ tracer: trace.getTracer("nobody"), ids: new DerivedIds() });
  const asked = Promise.withResolvers<string>();
  const ask = remoteAgentTool(assessor, {
    name: "assess",
    description: "Asks the assessor",
    handler: "assess",
    parameters: z.object({ part: z.string() }),
  });
  const pay = durableTool({
    name: "pay",
    description: "Pays an invoice",
    parameters: z.object({ amount: z.number() }),
    needsApproval: true,
    execute: ({ amount }, ctx) => ctx.run("pay", () => `paid ${amount}`),
  });
  const caller = new Agent({ name: "Caller", instructions: "Ask.", model: "a-model", tools: [ask, pay] });
  const assessing = new Agent({ name: "Assessor", instructions: "Assess.", model: "a-model" });
  const models = scriptedModels(({ systemInstructions }, results) => {
    if (systemInstructions === "Assess.") return "it is fine";
    if (results === 0) return ["door", "roof"].map((part) => ({ tool: "assess", args: { part } }));
    return results === 2 ? [{ tool: "pay", args: { amount: 10 } }] : "settled";
  });
  const callers = service({
    name: "Callers",
    handlers: {
      run: async (ctx: Context, input: string) => {
        const request = ({ id }: ApprovalRequest) => asked.resolve(id);
        const plugins = [approvals({ request, timeout: { days: 1 } })];
        const result = await new DurableRunner(ctx, { modelProvider: models, plugins }).run(caller, input);
        return result.finalOutput;
      },
    },
    options: { hooks: [hooks] },
  });
  const assessors = service({
    name: assessor.name,
    handlers: {
      assess: async (ctx: Context, { part }: { part: string }) =>
        (await new DurableRunner(ctx, { modelProvider: models }).run(assessing, part)).finalOutput ?? "",
    },
    options: { hooks: [hooks] },
  });
  return {
    services: [callers, assessors],
    drive: async (restate) => {
      const id = await restate.send("Callers", "run", "Is the house all right?");
      await restate.resolveAwakeable(await asked.promise, { decision: "approve" });
      await restate.attach(id);
    },
  };
}
