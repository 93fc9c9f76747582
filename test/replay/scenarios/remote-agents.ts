// Two calls of another service's agent in one turn, and a client of the contract beside them. Its own invocations are
// part of the recording.

import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import { remoteAgentTool } from "@holdfast/durable-agents/remote-agents";
import { Agent } from "@openai/agents-core";
import { type Context, iface, type ObjectContext, object, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

const assessor = iface.service("Assessor", { assess: iface.json<{ part: string }, string>() });
const ledger = iface.object("Ledger", { note: iface.json<string, number>() });

export function scenario(): Scenario {
  const ask = remoteAgentTool(assessor, {
    name: "assess",
    description: "Asks the assessor",
    handler: "assess",
    parameters: z.object({ part: z.string() }),
  });
  const agent = new Agent({ name: "Caller", instructions: "Ask.", model: "a-model", tools: [ask] });
  const assessing = new Agent({ name: "Assessor", instructions: "Assess.", model: "a-model" });
  const models = scriptedModels(({ systemInstructions }, results) => {
    if (systemInstructions === "Assess.") return "it is fine";
    if (results > 0) return `${results} answers`;
    return ["door", "roof"].map((part) => ({ tool: "assess", args: { part } }));
  });
  const callers = service({
    name: "Callers",
    handlers: {
      run: async (ctx: Context, input: string) => {
        const durable = DurableContext.from(ctx);
        const [result, notes] = await Promise.all([
          new DurableRunner(durable, { modelProvider: models }).run(agent, input),
          durable.client(ledger, "notes").note(input),
        ]);
        durable.sendClient(ledger, "notes").note("done");
        return { output: result.finalOutput, notes };
      },
    },
  });
  const assessors = service({
    name: assessor.name,
    handlers: {
      assess: async (ctx: Context, { part }: { part: string }) =>
        (await new DurableRunner(ctx, { modelProvider: models }).run(assessing, part)).finalOutput ?? "",
    },
  });
  const ledgers = object({
    name: ledger.name,
    handlers: {
      note: async (ctx: ObjectContext, _text: string) => {
        const durable = DurableContext.from(ctx);
        const notes = ((await durable.get<number>("notes")) ?? 0) + 1;
        durable.set("notes", notes);
        return notes;
      },
    },
  });
  return {
    services: [callers, assessors, ledgers],
    drive: async (restate) => {
      await restate.call("Callers", "run", "Is the house all right?");
      // Queued behind the message that was sent last.
      await restate.call("Ledger", "note", "checked", { key: "notes" });
    },
  };
}
