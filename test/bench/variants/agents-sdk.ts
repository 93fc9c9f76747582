// The Agents SDK's side of the comparison: its model, its agent, and the run without Restate.

import {
  Agent,
  type AgentOutputItem,
  type ModelProvider,
  type ModelRequest,
  type ModelResponse,
  Runner,
  type StreamEvent,
  type StreamEventResponseCompleted,
  tool,
  Usage,
} from "@openai/agents-core";
import { type Observer, unobserved } from "./observer.ts";
import type { Steps } from "./step.ts";
import {
  ANSWER,
  INSTRUCTIONS,
  lookUp,
  MODEL_NAME,
  questionOf,
  REMARK,
  type Task,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  think,
  toolArguments,
  toolParameters,
  USAGE,
} from "./task.ts";

export const AGENT_NAME = "Assessor";

/** The task's model in this process. Streamed, its text comes word by word. */
export function scriptedModels(task: Task, { modelCalled }: Observer = unobserved): ModelProvider {
  const reply = async (request: ModelRequest): Promise<ModelResponse> => {
    modelCalled();
    await think(task.modelMs);
    return replyTo(task, request);
  };
  return {
    getModel: () => ({ getResponse: reply, getStreamedResponse: (request) => streamed(reply(request)) }),
  };
}

function replyTo(task: Task, { input }: ModelRequest): ModelResponse {
  const results =
    typeof input === "string" ? 0 : input.filter((item) => item.type === "function_call_result").length;
  const turn = results / task.toolsPerTurn;
  return {
    output:
      turn < task.turns
        ? [...(task.talks ? [textOutput(REMARK)] : []), ...toolCalls(turn, task.toolsPerTurn)]
        : [textOutput(ANSWER)],
    usage: new Usage({
      requests: 1,
      inputTokens: USAGE.input,
      outputTokens: USAGE.output,
      totalTokens: USAGE.input + USAGE.output,
    }),
    responseId: `resp_${turn}`,
  };
}

async function* streamed(reply: Promise<ModelResponse>): AsyncGenerator<StreamEvent> {
  const { output, usage, responseId: id = "" } = await reply;
  yield { type: "response_started" };
  for (const item of output) {
    if (item.type !== "message" || item.role !== "assistant") continue;
    for (const part of item.content) {
      if (part.type !== "output_text") continue;
      for (const delta of part.text.split(/(?<= )/)) yield { type: "output_text_delta", delta };
    }
  }
  // The event's type leaves out some kinds of items that the SDK itself accepts there.
  const done = output as StreamEventResponseCompleted["response"]["output"];
  yield { type: "response_done", response: { id, output: done, usage } };
}

function toolCalls(turn: number, count: number): AgentOutputItem[] {
  return Array.from({ length: count }, (_, call) => ({
    type: "function_call" as const,
    id: `fc_${turn}_${call}`,
    callId: `call_${turn}_${call}`,
    name: TOOL_NAME,
    status: "completed" as const,
    arguments: toolArguments(turn, call),
  }));
}

function textOutput(text: string): AgentOutputItem {
  return {
    type: "message",
    id: "msg_answer",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text }],
  };
}

/**
 * The run on the SDK's own Runner: alone, so that nothing of it survives this process, or with each step on Restate's
 * context and nothing in between. The latter is the least that a durable run can cost, and no way to run: Restate's
 * promises under the SDK's native ones do not replay.
 */
export async function runOnAgentsSdk(
  steps: Steps,
  task: Task,
  observer: Observer = unobserved,
): Promise<string | undefined> {
  const models = scriptedModels(task, observer);
  const modelProvider: ModelProvider = {
    getModel: async (name) => {
      const model = await models.getModel(name);
      return {
        getResponse: async (request) => steps.run("model", () => model.getResponse(request)),
        getStreamedResponse: (request) => model.getStreamedResponse(request),
      };
    },
  };
  const agent = new Agent({
    name: AGENT_NAME,
    model: MODEL_NAME,
    instructions: INSTRUCTIONS,
    tools: [
      tool({
        name: TOOL_NAME,
        description: TOOL_DESCRIPTION,
        parameters: toolParameters,
        execute: async ({ section }) =>
          steps.run("tool", () => {
            observer.toolStarted();
            return lookUp(section, task.toolMs);
          }),
      }),
    ],
  });
  const runner = new Runner({ modelProvider, tracingDisabled: true });
  const { finalOutput } = await runner.run(agent, questionOf(task), { maxTurns: task.turns + 1 });
  return finalOutput;
}
