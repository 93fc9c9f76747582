/** Renders a reply as the Responses API does: one body, or the events of a stream. */
import { derivedId } from "../ids.ts";
import { isObject } from "../json.ts";
import { type FinalReply, pieces } from "./final-reply.ts";

/** What a rendering needs to know of the request. */
export interface ResponsesRendering {
  /** The request's body as it came, of which the API repeats the settings. */
  body: Record<string, unknown>;
  requestHash: string;
  /** Seconds since the epoch. */
  created: number;
  /** A fault: a reply without any output. */
  noChoices?: boolean;
}

interface OutputItem {
  id: string;
  type: string;
  status: string;
  [field: string]: unknown;
}

/** An event of a stream; `type` is the name of the server-sent event too. */
export interface ResponsesEvent {
  type: string;
  sequence_number: number;
  [field: string]: unknown;
}

/** The body of a reply that is not streamed. */
export function response(reply: FinalReply, rendering: ResponsesRendering): object {
  return responseObject(reply, rendering, "completed");
}

/** The events of a streamed reply, in order. */
export function responseEvents(reply: FinalReply, rendering: ResponsesRendering): ResponsesEvent[] {
  const events: ResponsesEvent[] = [];
  const emit = (type: string, fields: object): void => {
    events.push({ type, sequence_number: events.length, ...fields });
  };
  const started = responseObject(reply, rendering, "in_progress");
  emit("response.created", { response: started });
  emit("response.in_progress", { response: started });
  outputItems(reply, rendering).forEach((item, output_index) => {
    const at = { item_id: item.id, output_index };
    if (item.type === "message") {
      const text = reply.text ?? "";
      const inPart = { ...at, content_index: 0 };
      emit("response.output_item.added", {
        output_index,
        item: { ...item, status: "in_progress", content: [] },
      });
      emit("response.content_part.added", { ...inPart, part: textPart("") });
      for (const delta of pieces(text))
        emit("response.output_text.delta", { ...inPart, delta, logprobs: [] });
      emit("response.output_text.done", { ...inPart, text, logprobs: [] });
      emit("response.content_part.done", { ...inPart, part: textPart(text) });
    } else {
      const added = { ...item, status: "in_progress", arguments: "" };
      emit("response.output_item.added", { output_index, item: added });
      for (const delta of pieces(String(item.arguments))) {
        emit("response.function_call_arguments.delta", { ...at, delta });
      }
      const done = { name: item.name, arguments: item.arguments };
      emit("response.function_call_arguments.done", { ...at, ...done });
    }
    emit("response.output_item.done", { output_index, item });
  });
  emit("response.completed", { response: responseObject(reply, rendering, "completed") });
  return events;
}

function responseObject(
  reply: FinalReply,
  rendering: ResponsesRendering,
  status: "in_progress" | "completed",
): object {
  const { body, requestHash, created } = rendering;
  const done = status === "completed";
  return {
    id: derivedId("resp", requestHash),
    object: "response",
    created_at: created,
    status,
    background: false,
    completed_at: done ? created : null,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model: body.model,
    output: done ? outputItems(reply, rendering) : [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: "default",
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format: { type: "text" }, ...(isObject(body.text) ? body.text : {}) },
    tool_choice: body.tool_choice ?? "auto",
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? "disabled",
    usage: done ? responsesUsage(reply) : null,
  };
}

function outputItems(reply: FinalReply, { requestHash, noChoices }: ResponsesRendering): OutputItem[] {
  if (noChoices) return [];
  const items: OutputItem[] = [];
  if (reply.text !== undefined) {
    items.push({
      id: derivedId("msg", requestHash),
      type: "message",
      status: "completed",
      role: "assistant",
      content: [textPart(reply.text)],
    });
  }
  reply.toolCalls.forEach((call, index) => {
    items.push({
      id: derivedId("fc", requestHash, index),
      type: "function_call",
      status: "completed",
      call_id: call.id,
      name: call.name,
      arguments: call.arguments,
    });
  });
  return items;
}

function textPart(text: string): object {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

function responsesUsage({ usage }: FinalReply): object {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
