// The task's model behind HTTP: the simulator, scripted, so that replies have the form and the length of OpenAI's.

import { openAIModels } from "@holdfast/durable-agents";
import type { Script, Simulator } from "@holdfast/simulator";
import type { ModelProvider } from "@openai/agents-core";
import { OpenAI } from "openai";
import { z } from "zod";
import { MODEL_NAME } from "./agents-sdk.ts";
import type { ChatModel } from "./hand-loop.ts";
import { ANSWER, type Task, TOOL_DESCRIPTION, TOOL_NAME, toolArguments, toolParameters } from "./task.ts";

/** The task's replies, for the simulator. */
export function scriptOf({ turns, toolsPerTurn }: Task): Script {
  return ({ items }) => {
    const turn = items.filter(({ type }) => type === "tool_result").length / toolsPerTurn;
    if (turn >= turns) return { text: ANSWER };
    const toolCalls = Array.from({ length: toolsPerTurn }, (_, call) => ({
      name: TOOL_NAME,
      arguments: toolArguments(turn, call),
    }));
    return { toolCalls };
  };
}

/** What the library's users have: the Responses API. */
export function simulatedModels({ url }: Simulator): ModelProvider {
  return openAIModels({ apiKey: "simulator", baseURL: `${url}/v1` });
}

/**
 * What the loop by hand has: OpenAI's client and Chat Completions. Of a reply it keeps what the loop reads and what a
 * bill needs, and nothing else: a first draft would rather keep the whole completion, three times as much.
 */
export function simulatedChat({ url }: Simulator): ChatModel {
  const client = new OpenAI({ apiKey: "simulator", baseURL: `${url}/v1`, maxRetries: 0 });
  const tool = {
    type: "function" as const,
    function: { name: TOOL_NAME, description: TOOL_DESCRIPTION, parameters: z.toJSONSchema(toolParameters) },
  };
  return async (messages) => {
    const { choices, usage } = await client.chat.completions.create({
      model: MODEL_NAME,
      messages: [...messages],
      tools: [tool],
    });
    const message = choices[0]?.message;
    if (!message || !usage) throw new Error("the reply has no choices or no usage");
    const { role, content, tool_calls } = message;
    const { prompt_tokens, completion_tokens, total_tokens } = usage;
    return {
      message: { role, content, ...(tool_calls && { tool_calls }) },
      usage: { prompt_tokens, completion_tokens, total_tokens },
    };
  };
}
