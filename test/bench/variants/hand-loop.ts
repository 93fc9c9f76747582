// The variant that an engineer would write by hand: a loop over chat messages. With Restate each model call and each tool call is
// one `ctx.run`; without it the same loop calls them directly. The messages are those of OpenAI's chat completions.

import type { OpenAI } from "openai";
import { type Observer, unobserved } from "./observer.ts";
import type { Steps } from "./step.ts";
import {
  ANSWER,
  INSTRUCTIONS,
  lookUp,
  questionOf,
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

/** The loop. The tools of one turn run side by side. */
export async function runByHand(
  steps: Steps,
  task: Task,
  { model, observer = unobserved }: { model?: ChatModel; observer?: Observer } = {},
): Promise<string | null> {
  const answer = model ?? scriptedChat(task, observer);
  const messages: Message[] = [
    { role: "system", content: INSTRUCTIONS },
    { role: "user", content: questionOf(task) },
  ];
  for (;;) {
    const { message } = await steps.run("model", () => answer(messages));
    messages.push(message);
    if (!message.tool_calls?.length) return message.content;
    const calls = message.tool_calls.map((call) => {
      if (call.type !== "function") throw new Error(`the model called a tool of type ${call.type}`);
      const { section } = toolParameters.parse(JSON.parse(call.function.arguments));
      return { id: call.id, section };
    });
    const results = await steps.all(
      "tool",
      calls.map(({ section }) => () => {
        observer.toolStarted();
        return lookUp(section, task.toolMs);
      }),
    );
    calls.forEach(({ id }, i) => {
      messages.push({ role: "tool", tool_call_id: id, content: results[i] ?? "" });
    });
  }
}

/** The task's model in this process. */
export function scriptedChat(task: Task, { modelCalled }: Observer = unobserved): ChatModel {
  return async (messages) => {
    modelCalled();
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
