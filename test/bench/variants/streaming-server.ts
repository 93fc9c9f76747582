// A model server that streams one reply, a few words at a time, as a model does, and remembers when the first of them left
// it. It speaks as much of OpenAI's Responses API as a stream of text needs.

import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { MODEL_NAME } from "./task.ts";

// How long the model thinks before its first words, and between them.
const THINK_MS = 300;
const PACE_MS = 20;
const DELTAS = Array.from({ length: 10 }, (_, i) => `words ${i} `);

export interface StreamingServer {
  readonly url: string;
  /** When the first words of the last reply were handed to the connection, on this process's clock. */
  readonly firstDeltaAt: () => number;
  stop(): Promise<void>;
}

export async function startStreamingServer(): Promise<StreamingServer> {
  let firstDeltaAt = Number.NaN;
  const server = createServer(async (request, response) => {
    request.resume();
    await once(request, "end");
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    await streamReply(response, () => {
      firstDeltaAt = performance.now();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstDeltaAt: () => firstDeltaAt,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function streamReply(response: ServerResponse, begun: () => void): Promise<void> {
  let sequence_number = 0;
  const emit = (type: string, fields: object) =>
    response.write(
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence_number++, ...fields })}\n\n`,
    );
  const item = { id: "msg_1", type: "message", role: "assistant" };
  const part = { type: "output_text", annotations: [], logprobs: [] };
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  emit("response.created", { response: responseObject("in_progress", []) });
  emit("response.output_item.added", {
    output_index: 0,
    item: { ...item, status: "in_progress", content: [] },
  });
  emit("response.content_part.added", { ...at, part: { ...part, text: "" } });
  await setTimeout(THINK_MS);
  begun();
  for (const delta of DELTAS) {
    emit("response.output_text.delta", { ...at, delta, logprobs: [] });
    await setTimeout(PACE_MS);
  }
  const text = DELTAS.join("");
  const done = { ...item, status: "completed", content: [{ ...part, text }] };
  emit("response.output_text.done", { ...at, text, logprobs: [] });
  emit("response.content_part.done", { ...at, part: { ...part, text } });
  emit("response.output_item.done", { output_index: 0, item: done });
  emit("response.completed", { response: responseObject("completed", [done]) });
  response.end();
}

function responseObject(status: string, output: readonly object[]): object {
  const usage = {
    input_tokens: 20,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 40,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 60,
  };
  const done = status === "completed";
  return { id: "resp_1", object: "response", status, model: MODEL_NAME, output, usage: done ? usage : null };
}
