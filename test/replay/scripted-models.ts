// Models that answer by a function, for scenarios. Part of what was recorded: changing it changes old scenarios.

import {
  type AgentOutputItem,
  type Model,
  type ModelProvider,
  type ModelRequest,
  Usage,
} from "@openai/agents-core";

/** One reply: text, or the tool calls of one turn. */
export type Reply = string | readonly { readonly tool: string; readonly args: object }[];

/** Answers each call by `script`, which gets the number of tool results in the request since the last user message. */
export function scriptedModels(script: (request: ModelRequest, results: number) => Reply): ModelProvider {
  const model: Model = {
    async getResponse(request) {
      const results = resultsOf(request);
      return {
        output: outputOf(script(request, results), results),
        usage: new Usage({ requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 }),
        responseId: `resp_${results}`,
      };
    },
    getStreamedResponse() {
      throw new Error("durable runs journal whole replies");
    },
  };
  return { getModel: () => model };
}

function resultsOf({ input }: ModelRequest): number {
  if (typeof input === "string") return 0;
  const asked = input.findLastIndex((item) => "role" in item && item.role === "user");
  return input.slice(asked + 1).filter((item) => item.type === "function_call_result").length;
}

function outputOf(reply: Reply, turn: number): AgentOutputItem[] {
  if (typeof reply === "string") {
    const content = [{ type: "output_text" as const, text: reply }];
    return [{ type: "message", role: "assistant", status: "completed", content }];
  }
  return reply.map(({ tool, args }, i) => ({
    type: "function_call",
    callId: `call_${turn}_${i}_${tool}`,
    name: tool,
    status: "completed",
    arguments: JSON.stringify(args),
  }));
}
