// The task's model in this process, as the Vercel AI SDK wants one. Like OpenAI's it calls one tool a turn when it is
// asked to: what the others call in one turn then takes it several.

import type { wrapLanguageModel } from "ai";
import { z } from "zod";
import { type Observer, unobserved } from "./observer.ts";
import {
  ANSWER,
  MODEL_NAME,
  type Task,
  TOOL_NAME,
  think,
  toolArguments,
  toolParameters,
  USAGE,
} from "./task.ts";

export type LanguageModel = ReturnType<typeof wrapLanguageModel>;
type Request = Parameters<LanguageModel["doGenerate"]>[0];
type Reply = Awaited<ReturnType<LanguageModel["doGenerate"]>>;

export const FAN_OUT_NAME = "look_up_policies";
export const fanOutParameters = z.object({ policy: z.string(), sections: z.array(z.string()) });

export function scriptedLanguageModel(task: Task, observer: Observer = unobserved): LanguageModel {
  const total = task.turns * task.toolsPerTurn;
  return languageModel(task, observer, (request) => {
    const called = toolResults(request);
    const atOnce = request.providerOptions?.openai?.parallelToolCalls === false ? 1 : task.toolsPerTurn;
    const count = Math.min(atOnce, total - called);
    return Array.from({ length: count }, (_, i) => {
      const [turn, call] = [Math.floor((called + i) / task.toolsPerTurn), (called + i) % task.toolsPerTurn];
      return { id: `call_${turn}_${call}`, name: TOOL_NAME, args: toolArguments(turn, call) };
    });
  });
}

/** The model of an agent with one tool for all of a turn's calls. */
export function fanOutModel(task: Task, observer: Observer = unobserved): LanguageModel {
  return languageModel(task, observer, (request) => {
    const turn = toolResults(request);
    if (turn >= task.turns) return [];
    const calls = Array.from({ length: task.toolsPerTurn }, (_, call) =>
      toolParameters.parse(JSON.parse(toolArguments(turn, call))),
    );
    const args = { policy: calls[0]?.policy ?? "", sections: calls.map(({ section }) => section) };
    return [{ id: `call_${turn}`, name: FAN_OUT_NAME, args: JSON.stringify(args) }];
  });
}

interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly args: string;
}

/** @param next the tool calls that the model makes now; none is its answer */
function languageModel(
  task: Task,
  observer: Observer,
  next: (request: Request) => readonly ToolCall[],
): LanguageModel {
  return {
    specificationVersion: "v4",
    provider: "scripted",
    modelId: MODEL_NAME,
    supportedUrls: {},
    async doGenerate(request) {
      observer.modelCalled();
      await think(task.modelMs);
      return toReply(next(request));
    },
    doStream() {
      throw new Error("this model does not stream");
    },
  };
}

function toReply(calls: readonly ToolCall[]): Reply {
  const done = calls.length === 0;
  return {
    content: done
      ? [{ type: "text", text: ANSWER }]
      : calls.map(({ id, name, args }) => ({
          type: "tool-call",
          toolCallId: id,
          toolName: name,
          input: args,
        })),
    finishReason: { unified: done ? "stop" : "tool-calls", raw: undefined },
    usage: {
      inputTokens: { total: USAGE.input, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: USAGE.output, text: undefined, reasoning: undefined },
    },
    warnings: [],
  };
}

function toolResults({ prompt }: Request): number {
  return prompt.reduce((count, message) => count + (message.role === "tool" ? message.content.length : 0), 0);
}
