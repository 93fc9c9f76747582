/** Reads the body of `POST /v1/chat/completions`. */
import { z } from "zod";
import {
  contentText,
  functionTool,
  messageContent,
  outputFormat,
  sharedFields,
  toRequest,
} from "./request-parts.ts";
import type { ConversationItem, SimulatedRequest } from "./simulated-request.ts";

const called = z.looseObject({ name: z.string(), arguments: z.string() });
const toolCalls = z.array(z.looseObject({ id: z.string(), function: called.optional() }));

const message = z.discriminatedUnion("role", [
  z.looseObject({ role: z.enum(["system", "developer", "user"]), content: messageContent }),
  z.looseObject({
    role: z.literal("assistant"),
    content: messageContent.nullish(),
    tool_calls: toolCalls.nullish(),
  }),
  z.looseObject({ role: z.literal("tool"), tool_call_id: z.string(), content: messageContent }),
]);

// The schema has a place of its own here.
const responseFormat = z
  .looseObject({ type: z.string(), json_schema: z.record(z.string(), z.unknown()).optional() })
  .transform(({ type, json_schema }): unknown => ({ ...json_schema, type }));

/** The fields of the body that the simulator reads. */
export const chatBody = z.looseObject({
  ...sharedFields,
  messages: z.array(message).min(1),
  tools: z.array(z.looseObject({ function: functionTool.optional() })).nullish(),
  response_format: responseFormat.pipe(outputFormat).nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

/** Brings a validated body into the one form of a request. */
export function fromChatBody(body: z.infer<typeof chatBody>): SimulatedRequest {
  const system: string[] = [];
  const items = body.messages.flatMap((entry): ConversationItem[] => {
    const text = contentText(entry.content);
    if (entry.role === "user") return [{ type: "user", text }];
    if (entry.role === "tool")
      return [{ type: "tool_result", callId: entry.tool_call_id, name: "", output: text }];
    if (entry.role !== "assistant") {
      system.push(text);
      return [];
    }
    const calls = (entry.tool_calls ?? []).flatMap(({ id: callId, function: call }): ConversationItem[] =>
      call === undefined ? [] : [{ type: "tool_call", callId, name: call.name, arguments: call.arguments }],
    );
    return text === "" ? calls : [{ type: "assistant", text }, ...calls];
  });
  const tools = (body.tools ?? []).flatMap((tool) => tool.function ?? []);
  return toRequest(body, { api: "chat_completions", system, items, tools, format: body.response_format });
}
