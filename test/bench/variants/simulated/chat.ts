// The model API of the loop by hand: OpenAI's client and Chat Completions. Of a reply it keeps what the loop reads and what a
// bill needs, and nothing else: a first draft would rather keep the whole completion, three times as much.

import { OpenAI } from "openai";
import { z } from "zod";
import type { ChatModel } from "../hand-loop.ts";
import { MODEL_NAME, TOOL_DESCRIPTION, TOOL_NAME, toolParameters } from "../task.ts";

/** @param url the simulator's */
export function simulatedChat(url: string): ChatModel {
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
