// Models that answer by a function, in this process, and count their calls: what a test of the library needs of a
// model without HTTP.

import {
  type AgentOutputItem,
  type Model,
  type ModelProvider,
  type ModelRequest,
  Usage,
} from "@openai/agents-core";

export interface ScriptedModels extends ModelProvider {
  /** How many calls were made. */
  readonly calls: () => number;
}

/** One reply: text, or tool calls of one turn by name and arguments. */
export type ScriptedReply = string | { readonly tool: string; readonly args: object }[];

/** Answers each call by `script`, which sees the request and how many tool results it holds. */
export function scriptedModels(
  script: (request: ModelRequest, toolResults: number) => ScriptedReply | Promise<ScriptedReply>,
): ScriptedModels {
  let calls = 0;
  const model: Model = {
    async getResponse(request) {
      calls++;
      const results = toolResults(request);
      const reply = await script(request, results);
      return {
        output: toOutput(reply, results),
        usage: new Usage({ requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 }),
        responseId: `resp_${results}`,
      };
    },
    getStreamedResponse() {
      throw new Error("durable runs journal whole replies");
    },
  };
  return { getModel: () => model, calls: () => calls };
}

function toolResults(request: ModelRequest): number {
  return typeof request.input === "string"
    ? 0
    : request.input.filter((item) => item.type === "function_call_result").length;
}

function toOutput(reply: ScriptedReply, turn: number): AgentOutputItem[] {
  if (typeof reply === "string") {
    return [
      {
        type: "message",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: reply }],
      },
    ];
  }
  return reply.map(({ tool, args }, i) => ({
    type: "function_call" as const,
    callId: `call_${turn}_${i}_${tool}`,
    name: tool,
    status: "completed" as const,
    arguments: JSON.stringify(args),
  }));
}
