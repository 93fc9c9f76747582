// Models that answer by a function, in this process, and count their calls: what a test of the library needs of a
// model without HTTP.

import {
  type AgentOutputItem,
  type Model,
  type ModelProvider,
  type ModelRequest,
  type StreamEventResponseCompleted,
  Usage,
} from "@openai/agents-core";

export interface ScriptedModels extends ModelProvider {
  /** How many calls were made. */
  readonly calls: () => number;
}

/** One reply: text, or tool calls of one turn by name and arguments; their ids are unique in a run by themselves. */
export type ScriptedReply =
  | string
  | { readonly tool: string; readonly args: object; readonly callId?: string }[];

/**
 * Answers each call by `script`, which sees the request and how many tool results it holds. A streamed text comes in
 * pieces of a few letters.
 *
 * @param beforePiece is waited for before each piece of a streamed text, with the number of those that were sent
 */
export function scriptedModels(
  script: (request: ModelRequest, toolResults: number) => ScriptedReply | Promise<ScriptedReply>,
  beforePiece?: (sent: number, request: ModelRequest) => Promise<void> | void,
): ScriptedModels {
  let calls = 0;
  const respond = async (request: ModelRequest) => {
    calls++;
    const results = toolResults(request);
    const reply = await script(request, results);
    const usage = new Usage({ requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 });
    return { reply, response: { output: toOutput(reply, results), usage, responseId: `resp_${results}` } };
  };
  const model: Model = {
    getResponse: async (request) => (await respond(request)).response,
    async *getStreamedResponse(request) {
      const { reply, response } = await respond(request);
      yield { type: "response_started" };
      const pieces = typeof reply === "string" ? (reply.match(/.{1,4}/gsu) ?? []) : [];
      for (const [sent, delta] of pieces.entries()) {
        await beforePiece?.(sent, request);
        yield { type: "output_text_delta", delta };
      }
      const { output, usage, responseId: id } = response;
      yield { type: "response_done", response: { id, usage, output: output as StreamedOutput } };
    },
  };
  return { getModel: () => model, calls: () => calls };
}

// The event's type leaves out some kinds of items that a reply may hold.
type StreamedOutput = StreamEventResponseCompleted["response"]["output"];

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
  return reply.map(({ tool, args, callId }, i) => ({
    type: "function_call" as const,
    callId: callId ?? `call_${turn}_${i}_${tool}`,
    name: tool,
    status: "completed" as const,
    arguments: JSON.stringify(args),
  }));
}
