// Checks that the inputs of a run are stored once: the model is sent the whole conversation at each turn, and none of it may come
// back into the journal with the step of that call.

import { describeModes, type RestateServer, waitForStatus } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, type ObjectContext, object, service } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { z } from "zod";
import { DurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { RestateSession } from "../src/sessions/index.ts";
import { scriptedModels } from "./scripted-models.ts";

// Words that occur nowhere else, each from another source.
const INSTRUCTIONS = "instructions-canary";
const QUESTION = "question-canary";
const ARGUMENTS = ["arguments-canary-0", "arguments-canary-1", "arguments-canary-2"];
const RESULTS = ARGUMENTS.map((text) => text.replace("arguments", "result"));
const DELEGATED = "delegated-canary";
const DELEGATED_REPLY = "reply-canary";
const ANSWER = "answer-canary";

const look = durableTool({
  name: "look",
  description: "Looks",
  parameters: z.object({ at: z.string() }),
  execute: ({ at }, ctx) => ctx.run("look", () => at.replace("arguments", "result")),
});

const helper = new Agent({ name: "Helper", instructions: "help" });
const closing = new Agent({ name: "Closing", instructions: `${INSTRUCTIONS} close`, tools: [look] });
const leading = new Agent({
  name: "Leading",
  instructions: INSTRUCTIONS,
  tools: [look, helper.asTool({ toolName: "ask_helper", toolDescription: "Asks" })],
  handoffs: [closing],
});

// Two turns with a tool, one with an agent as a tool, a handoff, and one more tool: six calls of the leading agents,
// each of which sends all that was before.
const models = scriptedModels(({ systemInstructions }, results) => {
  if (systemInstructions === "help") return DELEGATED_REPLY;
  const turns = [
    [{ tool: "look", args: { at: ARGUMENTS[0] } }],
    [{ tool: "look", args: { at: ARGUMENTS[1] } }],
    [{ tool: "ask_helper", args: { input: DELEGATED } }],
    [{ tool: "transfer_to_Closing", args: {} }],
    [{ tool: "look", args: { at: ARGUMENTS[2] } }],
  ];
  return turns[results] ?? ANSWER;
});

const runs = service({
  name: "Runs",
  handlers: {
    run: async (ctx: Context, { question, stream }: { question: string; stream: boolean }) => {
      const runner = new DurableRunner(ctx, { modelProvider: models });
      if (!stream) await runner.run(leading, question);
      else await (await runner.run(leading, question, { stream: true })).completed;
      // Not the answer, which would be in the journal a second time as the handler's output.
      return "done";
    },
  },
});

const chat = object({
  name: "Chat",
  handlers: {
    message: async (ctx: ObjectContext, question: string) => {
      const session = new RestateSession(DurableContext.from(ctx));
      await new DurableRunner(ctx, { modelProvider: models }).run(leading, question, { session });
      return "done";
    },
  },
});

const journalEntry = z.object({ entry_type: z.string(), raw: z.string() });

/** How often a text occurs in the stored entries of an invocation, by their types. */
async function occurrences(
  server: RestateServer,
  id: string,
): Promise<(text: string) => Record<string, number>> {
  await waitForStatus(server, id, ({ status }) => status === "completed");
  const entries = await server.query(
    `SELECT entry_type, raw FROM sys_journal WHERE id = '${id}' ORDER BY index`,
    journalEntry,
  );
  return (text) => {
    const counts: Record<string, number> = {};
    for (const { entry_type, raw } of entries) {
      const count = Buffer.from(raw, "hex").toString("latin1").split(text).length - 1;
      if (count > 0) counts[entry_type] = (counts[entry_type] ?? 0) + count;
    }
    return counts;
  };
}

describeModes(
  "what a run's journal holds",
  (bed) => {
    it.each([false, true])("is each input and each result once (streaming: %s)", async (stream) => {
      const id = await bed().send("Runs", "run", { question: QUESTION, stream });
      await bed().attach(id);
      const stored = await occurrences(bed().server, id);
      expect(stored(QUESTION)).toEqual({ "Command: Input": 1 });
      expect(stored(INSTRUCTIONS)).toEqual({});
      for (const text of [...ARGUMENTS, ...RESULTS, DELEGATED, DELEGATED_REPLY, ANSWER]) {
        expect(stored(text), text).toEqual({ "Notification: Run": 1 });
      }
    });

    it("is a session's messages once more, as its state, and never in a model call's step", async () => {
      const ask = async (question: string) => {
        const id = await bed().send("Chat", "message", question, { key: "a" });
        await bed().attach(id);
        return occurrences(bed().server, id);
      };
      const first = await ask("first-canary");
      expect(first("first-canary")).toEqual({ "Command: Input": 1, "Command: SetState": 1 });
      const second = await ask("second-canary");
      expect(second("second-canary")).toEqual({ "Command: Input": 1, "Command: SetState": 1 });
      // The history of the session, read once for all of the run's model calls.
      expect(second("first-canary")).toEqual({ "Command: GetEagerState": 1 });
    });
  },
  { services: () => [runs, chat] },
);
