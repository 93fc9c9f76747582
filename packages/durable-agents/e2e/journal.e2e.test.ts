// Reads a run in Restate's journal as an operator does: each model call by agent and model, each step by its name.

import { describeModes, waitForStatus } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { z } from "zod";
import { DurableRunner, durableTool } from "../src/index.ts";
import { scriptedModels } from "./scripted-models.ts";

const look = durableTool({
  name: "look",
  description: "Looks",
  parameters: z.object({}),
  execute: (_input, ctx) => ctx.run("look it up", () => "found"),
});

const assistant = (name: string) =>
  new Agent({ name, instructions: "look", model: "small-model", tools: [look] });
const closing = new Agent({ name: "Closing", instructions: "answer", model: "large-model" });
const leading = new Agent({
  name: "Leading",
  instructions: "ask_a ask_b then transfer_to_Closing",
  tools: ["a", "b"].map((x) =>
    assistant(`Assistant ${x}`).asTool({ toolName: `ask_${x}`, toolDescription: "Asks" }),
  ),
  handoffs: [closing],
});

const models = scriptedModels((request, results) => {
  const [now = "", then] = (request.systemInstructions ?? "").split(" then ");
  if (results > 0 && then) return [{ tool: then, args: {} }];
  if (results > 0 || now === "answer") return "done";
  return now.split(" ").map((tool) => ({ tool, args: tool === "look" ? {} : { input: "go" } }));
});

const runs = service({
  name: "Runs",
  handlers: {
    run: async (ctx: Context, stream: boolean) => {
      const runner = new DurableRunner(ctx, { modelProvider: models });
      if (!stream) return (await runner.run(leading, "go")).finalOutput;
      const result = await runner.run(leading, "go", { stream: true });
      await result.completed;
      return result.finalOutput;
    },
  },
});

describeModes(
  "the journal of a run",
  (bed) => {
    it.each([false, true])("names each step after agent and model (streaming: %s)", async (stream) => {
      const id = await bed().send("Runs", "run", stream);
      expect(await bed().attach(id)).toBe("done");
      await waitForStatus(bed().server, id, ({ status }) => status === "completed");
      const rows = await bed().server.query(
        `SELECT name FROM sys_journal WHERE id = '${id}' AND entry_type = 'Command: Run' ORDER BY index`,
        z.object({ name: z.string() }),
      );
      // The assistants run side by side: sorted, as either may come first.
      expect(rows.map(({ name }) => name).sort()).toEqual([
        "Assistant a small-model",
        "Assistant a small-model",
        "Assistant b small-model",
        "Assistant b small-model",
        "Closing large-model",
        "Leading default model",
        "Leading default model",
        "look it up",
        "look it up",
      ]);
    });
  },
  { services: () => [runs] },
);
