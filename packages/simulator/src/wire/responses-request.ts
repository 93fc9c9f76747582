/** Reads the body of `POST /v1/responses` into the one form of a request. */
import { z } from "zod";
import { agentId, conversationId } from "../ids.ts";
import { schemaNode } from "../schema/schema-node.ts";
import { contentText, messageContent } from "./content.ts";
import type { ConversationItem, SimulatedRequest } from "./simulated-request.ts";

const inputMessage = z.looseObject({
  type: z.literal("message").optional(),
  role: z.enum(["user", "assistant", "system", "developer"]),
  content: messageContent,
});
const functionCall = z.looseObject({
  type: z.literal("function_call"),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});
const functionCallOutput = z.looseObject({
  type: z.literal("function_call_output"),
  call_id: z.string(),
  output: messageContent,
});
// Reasoning, hosted tool calls and the like: accepted, and no part of what the simulator reads.
const otherItem = z.looseObject({
  type: z
    .string()
    .refine((type) => !["message", "function_call", "function_call_output"].includes(type), { abort: true }),
});

const functionTool = z.looseObject({
  type: z.literal("function"),
  name: z.string(),
  description: z.string().nullish(),
  parameters: schemaNode.nullish(),
});
const hostedTool = z.looseObject({ type: z.string().refine((type) => type !== "function", { abort: true }) });

/** The fields of the body that the simulator reads; all others are accepted and ignored. */
export const responsesBody = z.looseObject({
  model: z.string(),
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(z.union([inputMessage, functionCall, functionCallOutput, otherItem]))]),
  tools: z.array(z.union([functionTool, hostedTool])).nullish(),
  tool_choice: z
    .union([
      z.enum(["auto", "none", "required"]),
      z.looseObject({ type: z.string(), name: z.string().optional() }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z
    .looseObject({
      format: z
        .discriminatedUnion("type", [
          z.looseObject({ type: z.literal("json_schema"), name: z.string(), schema: schemaNode }),
          z.looseObject({ type: z.literal("json_object") }),
          z.looseObject({ type: z.literal("text") }),
        ])
        .nullish(),
    })
    .nullish(),
  stream: z.boolean().nullish(),
  // Server-side history would make a reply depend on earlier calls; the Agents SDK sends the whole history by default.
  previous_response_id: z.null("is not supported by the simulator: send the whole conversation").optional(),
  conversation: z.null("is not supported by the simulator: send the whole conversation").optional(),
});

/** The body after validation. */
export type ResponsesBody = z.infer<typeof responsesBody>;

/** Brings a validated body into the one form of a request. */
export function fromResponsesBody(body: ResponsesBody): SimulatedRequest {
  const input =
    typeof body.input === "string" ? [{ role: "user" as const, content: body.input }] : body.input;
  const system: string[] = body.instructions ? [body.instructions] : [];
  const items: ConversationItem[] = [];
  const callNames = new Map<string, string>();
  for (const item of input) {
    if ("role" in item && "content" in item) {
      const { role, content } = item as z.infer<typeof inputMessage>;
      const text = contentText(content);
      if (role === "system" || role === "developer") system.push(text);
      else items.push({ type: role, text });
    } else if (item.type === "function_call") {
      const call = item as z.infer<typeof functionCall>;
      callNames.set(call.call_id, call.name);
      items.push({ type: "tool_call", callId: call.call_id, name: call.name, arguments: call.arguments });
    } else if (item.type === "function_call_output") {
      const { call_id: callId, output } = item as z.infer<typeof functionCallOutput>;
      items.push({
        type: "tool_result",
        callId,
        name: callNames.get(callId) ?? "",
        output: contentText(output),
      });
    }
  }
  const instructions = system.join("\n\n");
  const format = body.text?.format;
  const schema =
    format?.type === "json_schema"
      ? format.schema
      : format?.type === "json_object"
        ? { type: "object" }
        : undefined;
  return {
    api: "responses",
    model: body.model,
    instructions,
    items,
    tools: (body.tools ?? []).flatMap((tool) => {
      if (tool.type !== "function") return [];
      const { name, description, parameters } = tool as z.infer<typeof functionTool>;
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

function readToolChoice(choice: ResponsesBody["tool_choice"]): SimulatedRequest["toolChoice"] {
  if (choice === undefined || choice === null) return "auto";
  if (typeof choice === "string") return choice;
  return choice.name === undefined ? "auto" : { name: choice.name };
}
