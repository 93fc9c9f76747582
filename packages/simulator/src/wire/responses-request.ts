/** Reads the body of `POST /v1/responses`. */
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

const call = { call_id: z.string(), name: z.string(), arguments: z.string() };
const role = z.enum(["user", "assistant", "system", "developer"]);
const isOther = (...known: string[]) => z.string().refine((type) => !known.includes(type), { abort: true });
// Reasoning, hosted tools and the like: accepted, and no part of what the simulator reads.
const other = (...known: string[]) => z.looseObject({ type: isOther(...known) }).transform(() => undefined);

const inputItem = z.union([
  z.looseObject({ type: z.literal("message").default("message"), role, content: messageContent }),
  z.looseObject({ type: z.literal("function_call"), ...call }),
  z.looseObject({ type: z.literal("function_call_output"), call_id: z.string(), output: messageContent }),
  other("message", "function_call", "function_call_output"),
]);
const tool = z.union([functionTool.extend({ type: z.literal("function") }), other("function")]);

// Server-side history would make a reply depend on earlier calls; the Agents SDK sends the whole history by default.
const noHistory = z.null("is not supported by the simulator: send the whole conversation").optional();

/** The fields of the body that the simulator reads. */
export const responsesBody = z.looseObject({
  ...sharedFields,
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(inputItem)]),
  tools: z.array(tool).nullish(),
  text: z.looseObject({ format: outputFormat.nullish() }).nullish(),
  previous_response_id: noHistory,
  conversation: noHistory,
});

/** Brings a validated body into the one form of a request. */
export function fromResponsesBody(body: z.infer<typeof responsesBody>): SimulatedRequest {
  const { input } = body;
  const system: string[] = body.instructions ? [body.instructions] : [];
  const asked: ConversationItem[] = typeof input === "string" ? [{ type: "user", text: input }] : [];
  const items = (typeof input === "string" ? [] : input).flatMap((item): ConversationItem[] => {
    if (item?.type === "function_call") {
      return [{ type: "tool_call", callId: item.call_id, name: item.name, arguments: item.arguments }];
    }
    if (item?.type === "function_call_output") {
      return [{ type: "tool_result", callId: item.call_id, name: "", output: contentText(item.output) }];
    }
    const text = contentText(item?.content);
    if (item?.role === "user" || item?.role === "assistant") return [{ type: item.role, text }];
    if (item !== undefined) system.push(text);
    return [];
  });
  const tools = (body.tools ?? []).filter((entry) => entry !== undefined);
  return toRequest(body, {
    api: "responses",
    system,
    items: [...asked, ...items],
    tools,
    format: body.text?.format,
  });
}
