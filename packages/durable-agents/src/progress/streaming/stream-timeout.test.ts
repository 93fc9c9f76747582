import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ModelRequest, setTracingDisabled, withTrace } from "@openai/agents-core";
import { afterEach, beforeAll, expect, it } from "vitest";
import { openAIModels } from "../../agents/models/openai-models.step.ts";
import { streamModel } from "./stream-model.step.ts";

beforeAll(() => setTracingDisabled(true));

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const chunk = {
  id: "chatcmpl_1",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { role: "assistant", content: "The claim" }, finish_reason: null }],
};

/** An API that stops in the middle of each reply. */
async function stalling(): Promise<string> {
  server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function heard(timeoutMs: number, signal: AbortSignal, onText: () => void): Promise<unknown> {
  const models = openAIModels({
    api: "chat_completions",
    apiKey: "none",
    baseURL: await stalling(),
    timeoutMs,
  });
  const model = await models.getModel("a-model");
  const request: ModelRequest & { signal: AbortSignal } = {
    input: "Is it covered?",
    modelSettings: {},
    tools: [],
    outputType: "text",
    handoffs: [],
    tracing: false,
    signal,
  };
  return withTrace("test", () => streamModel(model, request, onText));
}

it("ends a reply that stops in its middle", async () => {
  const hearing = heard(300, new AbortController().signal, () => {});
  await expect(hearing).rejects.toThrow("The reply timed out after 300 ms.");
});

it("leaves other ends of the call as they are", async () => {
  const cancelled = new AbortController();
  const hearing = heard(60_000, cancelled.signal, () => cancelled.abort(new Error("cancelled")));
  await expect(hearing).rejects.toThrow("cancelled");
});
