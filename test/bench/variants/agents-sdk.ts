// The Agents SDK's side of the comparison: its model, its agent, and the run without Restate.

import { Agent, type AgentOutputItem, type ModelProvider, Runner, tool, Usage } from "@openai/agents-core";
import type { Step } from "./step.ts";
import {
  ANSWER,
  INSTRUCTIONS,
  lookUp,
  QUESTION,
  type Task,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  think,
  toolArguments,
  toolParameters,
  USAGE,
} from "./task.ts";

export const AGENT_NAME = "Assessor";
export const MODEL_NAME = "scripted";

/** The task's model in this process. `called` is told of each call. */
export function scriptedModels(task: Task, called: () => void = () => {}): ModelProvider {
  return {
    getModel: () => ({
      async getResponse({ input }) {
        called();
        await think(task.modelMs);
        const results =
          typeof input === "string" ? 0 : input.filter((item) => item.type === "function_call_result").length;
        const turn = results / task.toolsPerTurn;
        return {
          output: turn < task.turns ? toolCalls(turn, task.toolsPerTurn) : [answer()],
          usage: new Usage({
            requests: 1,
            inputTokens: USAGE.input,
            outputTokens: USAGE.output,
            totalTokens: USAGE.input + USAGE.output,
          }),
          responseId: `resp_${turn}`,
        };
      },
      getStreamedResponse() {
        throw new Error("this model does not stream");
      },
    }),
  };
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

function answer(): AgentOutputItem {
  return {
    type: "message",
    id: "msg_answer",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: ANSWER }],
  };
}

/**
 * The run on the SDK's own Runner: alone, so that nothing of it survives this process, or with each step on Restate's
 * context and nothing in between. The latter is the least that a durable run can cost, and no way to run: Restate's
 * promises under the SDK's native ones do not replay.
 */
export async function runOnAgentsSdk(step: Step, task: Task): Promise<string | undefined> {
  const models = scriptedModels(task);
  const modelProvider: ModelProvider = {
    getModel: async (name) => {
      const model = await models.getModel(name);
      return {
        getResponse: async (request) => step("model", () => model.getResponse(request)),
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
        execute: async ({ section }) => step("tool", () => lookUp(section, task.toolMs)),
      }),
    ],
  });
  const runner = new Runner({ modelProvider, tracingDisabled: true });
  const { finalOutput } = await runner.run(agent, QUESTION, { maxTurns: task.turns + 1 });
  return finalOutput;
}
