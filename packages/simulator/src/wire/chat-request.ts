/** Reads the body of `POST /v1/chat/completions`. */
import { z } from "zod";
import { functionTool, messageText, outputFormat, sharedFields, toRequest } from "./request-parts.ts";
import type { SimulatedRequest, WireItem } from "./simulated-request.ts";

const called = z.looseObject({ name: z.string(), arguments: z.string() });
const toolCalls = z.array(z.looseObject({ id: z.string(), function: called.optional() })).nullish();

const message = z.discriminatedUnion("role", [
  z.looseObject({ role: z.enum(["system", "developer", "user"]), content: messageText }),
  z.looseObject({ role: z.literal("assistant"), content: messageText.nullish(), tool_calls: toolCalls }),
  z.looseObject({ role: z.literal("tool"), tool_call_id: z.string(), content: messageText }),
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
  const items = body.messages.flatMap((entry): WireItem[] => {
    if (entry.role === "tool")
      return [{ type: "tool_result", callId: entry.tool_call_id, output: entry.content }];
    if (entry.role !== "assistant")
      return [{ type: entry.role === "user" ? "user" : "system", text: entry.content }];
    const calls = (entry.tool_calls ?? []).flatMap(({ id: callId, function: call }): WireItem[] =>
      call === undefined ? [] : [{ type: "tool_call", callId, name: call.name, arguments: call.arguments }],
    );
    return entry.content ? [{ type: "assistant", text: entry.content }, ...calls] : calls;
  });
  const tools = (body.tools ?? []).flatMap((tool) => tool.function ?? []);
  return toRequest(body, { api: "chat_completions", items, tools, format: body.response_format });
}
