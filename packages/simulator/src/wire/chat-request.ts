/** Reads the body of `POST /v1/chat/completions` into the one form of a request. */
import { z } from "zod";
import { agentId, conversationId } from "../ids.ts";
import { schemaNode } from "../schema/schema-node.ts";
import { contentText, messageContent } from "./content.ts";
import type { ConversationItem, SimulatedRequest } from "./simulated-request.ts";

const toolCall = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }).optional(),
});

const message = z.discriminatedUnion("role", [
  z.looseObject({ role: z.enum(["system", "developer", "user"]), content: messageContent }),
  z.looseObject({
    role: z.literal("assistant"),
    content: messageContent.nullish(),
    tool_calls: z.array(toolCall).nullish(),
  }),
  z.looseObject({ role: z.literal("tool"), tool_call_id: z.string(), content: messageContent }),
]);

const functionTool = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: z.string(),
    description: z.string().nullish(),
    parameters: schemaNode.nullish(),
  }),
});
const otherTool = z.looseObject({ type: z.string().refine((type) => type !== "function", { abort: true }) });

/** The fields of the body that the simulator reads; all others are accepted and ignored. */
export const chatBody = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z.array(z.union([functionTool, otherTool])).nullish(),
  tool_choice: z
    .union([
      z.enum(["auto", "none", "required"]),
      z.looseObject({ type: z.string(), function: z.looseObject({ name: z.string() }).optional() }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: z
    .discriminatedUnion("type", [
      z.looseObject({
        type: z.literal("json_schema"),
        json_schema: z.looseObject({ name: z.string(), schema: schemaNode.optional() }),
      }),
      z.looseObject({ type: z.literal("json_object") }),
      z.looseObject({ type: z.literal("text") }),
    ])
    .nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

/** The body after validation. */
export type ChatBody = z.infer<typeof chatBody>;

/** Brings a validated body into the one form of a request. */
export function fromChatBody(body: ChatBody): SimulatedRequest {
  const system: string[] = [];
  const items: ConversationItem[] = [];
  const callNames = new Map<string, string>();
  for (const entry of body.messages) {
    const text = contentText(entry.content);
    if (entry.role === "tool") {
      const name = callNames.get(entry.tool_call_id) ?? "";
      items.push({ type: "tool_result", callId: entry.tool_call_id, name, output: text });
    } else if (entry.role === "assistant") {
      if (text !== "") items.push({ type: "assistant", text });
      for (const call of entry.tool_calls ?? []) {
        if (call.function === undefined) continue;
        callNames.set(call.id, call.function.name);
        const { name, arguments: args } = call.function;
        items.push({ type: "tool_call", callId: call.id, name, arguments: args });
      }
    } else if (entry.role === "user") {
      items.push({ type: "user", text });
    } else {
      system.push(text);
    }
  }
  const instructions = system.join("\n\n");
  const format = body.response_format;
  const schema =
    format?.type === "json_schema"
      ? (format.json_schema.schema ?? {})
      : format?.type === "json_object"
        ? { type: "object" }
        : undefined;
  return {
    api: "chat_completions",
    model: body.model,
    instructions,
    items,
    tools: (body.tools ?? []).flatMap((tool) => {
      if (tool.type !== "function") return [];
      const { name, description, parameters } = (tool as z.infer<typeof functionTool>).function;
      return [{ name, description: description ?? "", parameters: parameters ?? { type: "object" } }];
    }),
    toolChoice: readToolChoice(body.tool_choice),
    parallelToolCalls: body.parallel_tool_calls ?? true,
    ...(schema === undefined ? {} : { outputSchema: schema }),
    stream: body.stream ?? false,
    conversation: conversationId(instructions, items[0]),
    agent: agentId(instructions),
  };
}

function readToolChoice(choice: ChatBody["tool_choice"]): SimulatedRequest["toolChoice"] {
  if (choice === undefined || choice === null) return "auto";
  if (typeof choice === "string") return choice;
  return choice.function === undefined ? "auto" : { name: choice.function.name };
}
