// The model is a setting: a run that waits goes on after a restart with another one, and no model call is made again.

import { describeModes, serveEndpoint } from "@holdfast/testing";
import { Agent, type Model, type ModelProvider, Usage } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { DurableRunner, durableTool } from "../src/index.ts";

const calls: string[] = [];
const settings = { model: "model-a" };
let asked = Promise.withResolvers<string>();
beforeEach(() => {
  calls.length = 0;
  settings.model = "model-a";
  asked = Promise.withResolvers();
});

/** Fails the first time, then calls the tool, then answers. */
const provider: ModelProvider = {
  getModel: (name = ""): Model => ({
    async getResponse({ input }) {
      calls.push(name);
      const usage = new Usage({ requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 });
      const answered = typeof input !== "string" && input.some(({ type }) => type === "function_call_result");
      if (answered) {
        const content = [{ type: "output_text" as const, text: `answered by ${name}` }];
        return { usage, output: [{ type: "message", role: "assistant", status: "completed", content }] };
      }
      if (calls.length === 1) throw new Error("try again");
      const call = { type: "function_call" as const, callId: "call_1", name: "ask_person", arguments: "{}" };
      return { usage, output: [{ ...call, status: "completed" }] };
    },
    getStreamedResponse() {
      throw new Error("durable runs journal whole replies");
    },
  }),
};

const askPerson = durableTool({
  name: "ask_person",
  description: "Asks a person",
  parameters: z.object({}),
  execute: (_input, ctx) => {
    const { id, promise } = ctx.awakeable<string>();
    asked.resolve(id);
    return promise;
  },
});

const clerks = service({
  name: "Clerks",
  handlers: {
    ask: async (ctx: Context, question: string) => {
      const agent = new Agent({ name: "Clerk", model: settings.model, tools: [askPerson] });
      const runner = new DurableRunner(ctx, { modelProvider: provider, initialRetryInterval: 1 });
      return (await runner.run(agent, question)).finalOutput;
    },
  },
});

describeModes(
  "a run that waits while the model is changed",
  (bed) => {
    it("ends on the new model, also where a call of the old one was retried", async () => {
      const answer = bed().call("Clerks", "ask", "May I?");
      const awakeable = await asked.promise;
      await bed().endpoint.stop();
      settings.model = "model-b";
      const restarted = await serveEndpoint([clerks], { port: Number(new URL(bed().endpoint.url).port) });
      onTestFinished(() => restarted.stop());
      await fetch(`${bed().server.ingressUrl}/restate/awakeables/${awakeable}/resolve`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '"yes"',
      });
      expect(await answer).toBe("answered by model-b");
      expect(calls).toEqual(["model-a", "model-a", "model-b"]);
    });
  },
  { services: () => [clerks] },
);
