// Makes a model call whose text is heard while it comes. It returns what the same call would return unstreamed, so that the
// journal is the same.

import {
  type Model,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
  Usage,
} from "@openai/agents-core";
import { z } from "zod";

type Done = Extract<StreamEvent, { type: "response_done" }>["response"];

/** @throws Error when the reply ended too early, or what the model throws */
export async function streamModel(
  model: Model,
  request: ModelRequest,
  onText: (delta: string) => void,
): Promise<ModelResponse> {
  const chat = new ChatChunks();
  let done: Done | undefined;
  let name: string | undefined;
  for await (const event of model.getStreamedResponse(request)) {
    if (event.type === "output_text_delta") onText(event.delta);
    else if (event.type === "model") {
      chat.read(event.event);
      name ??= modelOf(event.event);
    } else if (event.type === "response_done") done = event.response;
  }
  // The client ends an aborted stream as if all had come.
  request.signal?.throwIfAborted();
  if (!done || chat.isCutShort) throw new Error("the reply ended before it was complete");
  return {
    output: chat.completed(done.output as ModelResponse["output"], done.id),
    usage: new Usage(done.usage),
    responseId: done.id,
    ...(name !== undefined && { providerData: { model: name } }),
  };
}

// In each chunk of Chat Completions; in the first and the last event of the Responses API.
const namingSchema = z.object({
  model: z.string().optional(),
  response: z.object({ model: z.string().optional() }).optional(),
});

function modelOf(event: unknown): string | undefined {
  const naming = namingSchema.safeParse(event).data;
  return naming?.model ?? naming?.response?.model;
}

const chunkSchema = z.object({
  choices: z.array(
    z.object({
      index: z.number(),
      finish_reason: z.string().nullish(),
      delta: z
        .object({
          content: z.string().nullish(),
          tool_calls: z.array(z.looseObject({ index: z.number() })).nullish(),
        })
        .nullish(),
    }),
  ),
});

/**
 * What the SDK leaves out when it puts the chunks of Chat Completions together: whether the end has come, an empty
 * text, and fields of tool calls that some APIs want back, such as a signature of the model's thoughts.
 */
class ChatChunks {
  #begun = false;
  #finished = false;
  #hasText = false;
  readonly #calls = new Map<number, Record<string, unknown>>();

  get isCutShort(): boolean {
    return this.#begun && !this.#finished;
  }

  read(event: unknown): void {
    const chunk = chunkSchema.safeParse(event).data;
    if (!chunk) return;
    this.#begun = true;
    const choice = chunk.choices.find(({ index }) => index === 0);
    if (choice?.finish_reason) this.#finished = true;
    if (typeof choice?.delta?.content === "string") this.#hasText = true;
    for (const { index, id, type, function: called, ...rest } of choice?.delta?.tool_calls ?? []) {
      this.#calls.set(index, { ...this.#calls.get(index), ...rest });
    }
  }

  completed(output: ModelResponse["output"], id: string): ModelResponse["output"] {
    if (!this.#begun) return output;
    const extras = [...this.#calls].sort(([a], [b]) => a - b).map(([, extra]) => extra);
    const items = output.map((item) => {
      if (item.type === "function_call") {
        const extra = extras.shift();
        return extra && Object.keys(extra).length > 0 ? { ...item, providerData: extra } : item;
      }
      return item.type === "message" && item.role === "assistant"
        ? { ...item, content: item.content.map(withoutEmptyAnnotations) }
        : item;
    });
    if (items.length > 0 || !this.#hasText) return items;
    const content = [{ type: "output_text" as const, text: "" }];
    return [{ id, type: "message", role: "assistant", status: "completed", content }];
  }
}

// APIs refuse fields that they do not know in a message that is sent back.
function withoutEmptyAnnotations<P extends { type: string; providerData?: Record<string, unknown> }>(
  part: P,
): P {
  const { annotations, ...rest } = part.providerData ?? {};
  if (!Array.isArray(annotations) || annotations.length > 0) return part;
  return { ...part, providerData: Object.keys(rest).length > 0 ? rest : undefined };
}
