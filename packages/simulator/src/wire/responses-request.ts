/** Reads the body of `POST /v1/responses`. */
import { z } from "zod";
import { functionTool, messageText, outputFormat, sharedFields, toRequest } from "./request-parts.ts";
import type { SimulatedRequest, WireItem } from "./simulated-request.ts";

const call = { call_id: z.string(), name: z.string(), arguments: z.string() };
const role = z.enum(["user", "assistant", "system", "developer"]);
const isOther = (...known: string[]) => z.string().refine((type) => !known.includes(type), { abort: true });
// Reasoning, hosted tools and the like: accepted, and no part of what the simulator reads.
const other = (...known: string[]) => z.looseObject({ type: isOther(...known) }).transform(() => undefined);

const inputItem = z.union([
  z.looseObject({ type: z.literal("message").default("message"), role, content: messageText }),
  z.looseObject({ type: z.literal("function_call"), ...call }),
  z.looseObject({ type: z.literal("function_call_output"), call_id: z.string(), output: messageText }),
  other("message", "function_call", "function_call_output"),
]);
// A text alone is the user's.
const prompt = z.string().transform((content) => [{ type: "message", role: "user", content } as const]);
const tool = z.union([functionTool.extend({ type: z.literal("function") }), other("function")]);

// Server-side history would make a reply depend on earlier calls; the Agents SDK sends the whole history by default.
const noHistory = z.null("is not supported by the simulator: send the whole conversation").optional();

/** The fields of the body that the simulator reads. */
export const responsesBody = z.looseObject({
  ...sharedFields,
  instructions: z.string().nullish(),
  input: z.union([prompt, z.array(inputItem)]),
  tools: z.array(tool).nullish(),
  text: z.looseObject({ format: outputFormat.nullish() }).nullish(),
  previous_response_id: noHistory,
  conversation: noHistory,
});

/** Brings a validated body into the one form of a request. */
export function fromResponsesBody(body: z.infer<typeof responsesBody>): SimulatedRequest {
  const items = body.input.flatMap((item): WireItem[] => {
    if (item?.type === "function_call") {
      return [{ type: "tool_call", callId: item.call_id, name: item.name, arguments: item.arguments }];
    }
    if (item?.type === "function_call_output") {
      return [{ type: "tool_result", callId: item.call_id, output: item.output }];
    }
    if (item === undefined) return [];
    return [{ type: item.role === "developer" ? "system" : item.role, text: item.content }];
  });
  if (body.instructions) items.unshift({ type: "system", text: body.instructions });
  const tools = (body.tools ?? []).filter((entry) => entry !== undefined);
  return toRequest(body, { api: "responses", items, tools, format: body.text?.format });
}
