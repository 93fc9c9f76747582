/** Renders a reply as the Responses API does: one body, or the events of a stream. */
import { derivedId } from "../ids.ts";
import { isObject } from "../json.ts";
import { type FinalReply, pieces, type Rendering } from "./final-reply.ts";

/** `body` is the request's as it came, of which the API repeats the settings. */
type ResponsesRendering = Rendering & { body: Record<string, unknown> };

/** The body of a reply, whole or as a stream begins with it. */
export function response(reply: FinalReply, rendering: ResponsesRendering, done = true): object {
  const { body, requestHash, created } = rendering;
  const { inputTokens, outputTokens } = reply.usage;
  return {
    id: derivedId("resp", requestHash),
    object: "response",
    created_at: created,
    status: done ? "completed" : "in_progress",
    completed_at: done ? created : null,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    metadata: body.metadata ?? {},
    model: body.model,
    output: done ? outputItems(reply, rendering) : [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    temperature: body.temperature ?? 1,
    text: { format: { type: "text" }, ...(isObject(body.text) ? body.text : {}) },
    tool_choice: body.tool_choice ?? "auto",
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    usage: done
      ? {
          input_tokens: inputTokens,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: outputTokens,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: inputTokens + outputTokens,
        }
      : null,
  };
}

/** The server-sent events of a streamed reply, as they go over the wire. */
export function responseEvents(reply: FinalReply, rendering: ResponsesRendering): string[] {
  const events: string[] = [];
  const emit = (kind: string, fields: object): void => {
    const event = { type: `response.${kind}`, sequence_number: events.length, ...fields };
    events.push(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const started = response(reply, rendering, false);
  emit("created", { response: started });
  emit("in_progress", { response: started });
  outputItems(reply, rendering).forEach((item, output_index) => {
    const at = { item_id: item.id, output_index };
    const inPart = { ...at, content_index: 0, logprobs: [] };
    if (item.type === "message") {
      const { text = "" } = reply;
      emit("output_item.added", { output_index, item: { ...item, status: "in_progress", content: [] } });
      emit("content_part.added", { ...inPart, part: textPart("") });
      for (const delta of pieces(text)) emit("output_text.delta", { ...inPart, delta });
      emit("output_text.done", { ...inPart, text });
      emit("content_part.done", { ...inPart, part: textPart(text) });
    } else {
      const { name, arguments: args } = item;
      emit("output_item.added", { output_index, item: { ...item, status: "in_progress", arguments: "" } });
      for (const delta of pieces(args)) emit("function_call_arguments.delta", { ...at, delta });
      emit("function_call_arguments.done", { ...at, name, arguments: args });
    }
    emit("output_item.done", { output_index, item });
  });
  emit("completed", { response: response(reply, rendering) });
  return events;
}

function outputItems({ text, toolCalls }: FinalReply, { requestHash, noChoices }: ResponsesRendering) {
  if (noChoices) return [];
  const done = { status: "completed", id: derivedId("msg", requestHash) };
  const calls = toolCalls.map(({ id: call_id, ...call }, index) => {
    const ids = { id: derivedId("fc", requestHash, index), call_id };
    return { type: "function_call" as const, ...done, ...ids, ...call };
  });
  if (text === undefined) return calls;
  return [{ type: "message" as const, ...done, role: "assistant", content: [textPart(text)] }, ...calls];
}

const textPart = (text: string) => ({ type: "output_text", text, annotations: [], logprobs: [] });
