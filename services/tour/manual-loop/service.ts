// ManualLoopAgent on Restate: the loop of an agent by hand. Each model call and each tool call is a durable step, and
// the tool calls of a turn run side by side.

import { parseJson } from "@holdfast/contracts";
import { DurableContext } from "@holdfast/durable-agents";
import { implement, TerminalError } from "@restatedev/restate-sdk";
import type { OpenAI } from "openai";
import { z } from "zod";
import { manualLoopAgentContract } from "../contracts.ts";
import type { WeatherSource } from "../weather/weather-source.ts";
import { callModel, type Reply } from "./chat-model.ts";

const MAX_TURNS = 10;
const MAX_ATTEMPTS = 3;

const weatherParameters = z.strictObject({ city: z.string().min(1) });

const tools: OpenAI.ChatCompletionFunctionTool[] = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "Get the current weather for a given city.",
      strict: true,
      parameters: {
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
        additionalProperties: false,
      },
    },
  },
];

type ToolCall = NonNullable<Reply["tool_calls"]>[number];

export function manualLoopService(weather: WeatherSource, client: OpenAI, model: string) {
  const runTool = async (ctx: DurableContext, call: ToolCall): Promise<string> => {
    if (call.function.name !== "get_weather") return `There is no tool "${call.function.name}".`;
    let city: string;
    try {
      ({ city } = parseJson(weatherParameters, call.function.arguments));
    } catch {
      return 'The arguments must be {"city": "…"}.';
    }
    return JSON.stringify(await ctx.run("get weather", ({ signal }) => weather(city, signal)));
  };
  return implement(manualLoopAgentContract, {
    handlers: {
      run: async (restate, { message }) => {
        const ctx = DurableContext.from(restate);
        const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: message }];
        for (let turn = 0; turn < MAX_TURNS; turn++) {
          const reply = await ctx.run(
            "call model",
            ({ signal }) => callModel(client, { model, messages, tools }, signal),
            { maxRetryAttempts: MAX_ATTEMPTS },
          );
          messages.push(reply);
          const calls = reply.tool_calls ?? [];
          if (calls.length === 0) return reply.content ?? "";
          const results = await Promise.all(
            calls.map(async (call) => ({
              role: "tool" as const,
              tool_call_id: call.id,
              content: await runTool(ctx, call),
            })),
          );
          messages.push(...results);
        }
        throw new TerminalError(`The model gave no answer in ${MAX_TURNS} turns.`);
      },
    },
  });
}
