/** Reads the parts of a request that both APIs have, each in its own place: content, tools, the form of the output. */
import { z } from "zod";
import { agentId, conversationId } from "../ids.ts";
import { schemaNode } from "../schema/schema-node.ts";
import type { Api, ConversationItem, SimulatedRequest, WireItem } from "./simulated-request.ts";

const part = z.looseObject({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() });

/** The text of a message; an image or a file becomes a placeholder, so that it still counts as input. */
export const messageText = z.union([z.string(), z.array(part)]).transform((content) => {
  if (typeof content === "string") return content;
  return content.map((entry) => entry.text ?? entry.refusal ?? `[${entry.type}]`).join("\n");
});

/** A function tool. */
export const functionTool = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  parameters: schemaNode.nullish(),
});

const toolName = z.string().optional();
const chosenTool = z.looseObject({ name: toolName, function: z.looseObject({ name: toolName }).optional() });

/** The fields that both APIs read alike; all others are accepted and ignored. */
export const sharedFields = {
  model: z.string(),
  tool_choice: z.union([z.enum(["auto", "none", "required"]), chosenTool]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  stream: z.boolean().nullish(),
};
const sharedBody = z.looseObject(sharedFields);

/** What is asked of the output's form: free text, any JSON object, or a schema. */
export const outputFormat = z.looseObject({
  type: z.enum(["text", "json_object", "json_schema"]),
  schema: schemaNode.optional(),
});

/** What an API has in places of its own. */
interface RequestParts {
  api: Api;
  items: WireItem[];
  tools: z.infer<typeof functionTool>[];
  format: z.infer<typeof outputFormat> | null | undefined;
}

export function toRequest(body: z.infer<typeof sharedBody>, parts: RequestParts): SimulatedRequest {
  const { api, tools, format } = parts;
  const system: string[] = [];
  const callNames = new Map<string, string>();
  const items = parts.items.flatMap((item): ConversationItem[] => {
    if (item.type === "tool_result") return [{ ...item, name: callNames.get(item.callId) ?? "" }];
    if (item.type === "tool_call") callNames.set(item.callId, item.name);
    if (item.type !== "system") return [item];
    system.push(item.text);
    return [];
  });
  const instructions = system.join("\n\n");
  const { tool_choice: choice } = body;
  const chosen = typeof choice === "object" ? (choice?.name ?? choice?.function?.name) : undefined;
  const schema = format?.type === "json_schema" ? (format.schema ?? {}) : { type: "object" };
  return {
    api,
    model: body.model,
    instructions,
    items,
    tools: tools.map((tool) => {
      const { name, description, parameters } = tool;
      return { name, description: description ?? "", parameters: parameters ?? { type: "object" } };
    }),
    toolChoice: typeof choice === "string" ? choice : chosen === undefined ? "auto" : { name: chosen },
    parallelToolCalls: body.parallel_tool_calls ?? true,
    ...((format?.type ?? "text") !== "text" && { outputSchema: schema }),
    stream: body.stream ?? false,
    conversation: conversationId(instructions, items[0]),
    agent: agentId(instructions),
  };
}
