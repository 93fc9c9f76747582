import { DurableContext, DurableModelCalls, DurableRunner, openAIModels } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";

// Any OpenAI-compatible API. Made once; its clients do not retry by themselves, Restate does.
const models = {
  modelProvider: openAIModels({
    apiKey: process.env.OPENAI_API_KEY,
    baseURL: process.env.OPENAI_BASE_URL,
    api: "chat_completions",
    timeoutMs: 60_000,
  }),
  maxRetryAttempts: 5,
  initialRetryInterval: { milliseconds: 200 },
  maxRetryInterval: { seconds: 30 },
};

const explainer = new Agent({
  name: "Explainer",
  instructions: "You explain insurance terms in two sentences.",
  model: "gpt-5-mini",
});

const glossary = restate.service({
  name: "Glossary",
  handlers: {
    // The usual way: an agent, run by DurableRunner.
    explain: async (ctx: restate.Context, { term }: { term: string }) =>
      (await new DurableRunner(ctx, models).run(explainer, `Explain the term ${term}.`)).finalOutput,

    // One model call without an agent, as a durable step called "headline".
    headline: async (ctx: restate.Context, { text }: { text: string }) => {
      const calls = new DurableModelCalls(DurableContext.from(ctx), models);
      const response = await calls.call("headline", "gpt-5-mini", {
        systemInstructions: "You write a headline for the text you are given.",
        input: text,
        modelSettings: { maxTokens: 100 },
        tools: [],
        handoffs: [],
        outputType: "text",
        tracing: false,
      });
      const [message] = response.output;
      if (message?.type !== "message" || message.role !== "assistant") {
        throw new restate.TerminalError("The model gave no text.");
      }
      return message.content.map((part) => (part.type === "output_text" ? part.text : "")).join("");
    },
  },
});

restate.serve({ services: [glossary] }); // at port 9080, or PORT
