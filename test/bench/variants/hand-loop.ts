// What an engineer would write by hand: a loop over chat messages. With Restate each model call and each tool call is
// one `ctx.run`; without it the same loop calls them directly. The messages are those of OpenAI's chat completions.

import type { OpenAI } from "openai";
import type { Step } from "./step.ts";
import {
  ANSWER,
  INSTRUCTIONS,
  lookUp,
  QUESTION,
  type Task,
  TOOL_NAME,
  think,
  toolArguments,
  toolParameters,
  USAGE,
} from "./task.ts";

type Message = OpenAI.Chat.ChatCompletionMessageParam;

/** What the loop needs of a reply, and so what its journal stores. */
export interface ChatReply {
  readonly message: Pick<OpenAI.Chat.ChatCompletionMessage, "role" | "content" | "tool_calls">;
  readonly usage: OpenAI.CompletionUsage | undefined;
}

export type ChatModel = (messages: readonly Message[]) => Promise<ChatReply>;

/** The loop. Its tools run one after the other, since native promises must not run side by side on Restate's context. */
export async function runByHand(
  step: Step,
  task: Task,
  model: ChatModel = scriptedChat(task),
): Promise<string | null> {
  const messages: Message[] = [
    { role: "system", content: INSTRUCTIONS },
    { role: "user", content: QUESTION },
  ];
  for (;;) {
    const { message } = await step("model", () => model(messages));
    messages.push(message);
    if (!message.tool_calls?.length) return message.content;
    for (const call of message.tool_calls) {
      if (call.type !== "function") throw new Error(`the model called a tool of type ${call.type}`);
      const { section } = toolParameters.parse(JSON.parse(call.function.arguments));
      const content = await step("tool", () => lookUp(section, task.toolMs));
      messages.push({ role: "tool", tool_call_id: call.id, content });
    }
  }
}

/** The task's model in this process. */
export function scriptedChat(task: Task): ChatModel {
  return async (messages) => {
    await think(task.modelMs);
    const turn = messages.filter(({ role }) => role === "tool").length / task.toolsPerTurn;
    const usage = {
      prompt_tokens: USAGE.input,
      completion_tokens: USAGE.output,
      total_tokens: USAGE.input + USAGE.output,
    };
    if (turn >= task.turns) return { message: { role: "assistant", content: ANSWER }, usage };
    const tool_calls = Array.from({ length: task.toolsPerTurn }, (_, call) => ({
      id: `call_${turn}_${call}`,
      type: "function" as const,
      function: { name: TOOL_NAME, arguments: toolArguments(turn, call) },
    }));
    return { message: { role: "assistant", content: null, tool_calls }, usage };
  };
}
