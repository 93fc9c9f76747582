import { type Reply, startSimulator } from "@holdfast/simulator";
import {
  type AgentInputItem,
  type Model,
  type ModelRequest,
  type ModelResponse,
  setTracingDisabled,
  withTrace,
} from "@openai/agents-core";
import { OpenAIChatCompletionsModel, OpenAIResponsesModel } from "@openai/agents-openai";
import { OpenAI } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromWire, toWire } from "../../agents/models/model-response.ts";
import { openAIModels } from "../../agents/models/openai-models.step.ts";
import { streamModel } from "./stream-model.step.ts";

type Api = "responses" | "chat_completions";

beforeAll(() => setTracingDisabled(true));

const simulator = await startSimulator();
afterAll(() => simulator.stop());

const request: ModelRequest = {
  input: [{ role: "user", content: "Is it covered?" }],
  modelSettings: {},
  tools: [],
  outputType: "text",
  handoffs: [],
  tracing: false,
};

async function heardFrom(model: Model, signal = new AbortController().signal, onText = () => {}) {
  const deltas: string[] = [];
  const response = await withTrace("test", () =>
    streamModel(model, { ...request, signal }, (delta) => {
      deltas.push(delta);
      onText();
    }),
  );
  return { response, deltas };
}

const text = "The claim is covered: the treatment was at home, and in time. 🩺";
const look = { name: "look_up", arguments: { what: "plan" } };

/** What the model is sent on the next turn, without the ids that the simulator makes of each request. */
async function nextRequest(model: Model, response: ModelResponse): Promise<string> {
  const arrived = simulator.nextCall();
  const input: AgentInputItem[] = [
    { role: "user", content: "Is it covered?" },
    ...fromWire(toWire(response)).output,
  ];
  await withTrace("test", () => model.getResponse({ ...request, input }));
  const { items } = await arrived;
  return withoutIds(items);
}

function withoutIds(value: unknown): string {
  return JSON.stringify(value).replaceAll(/(call|msg|fc|resp|chatcmpl)[_-][0-9a-f]{16,}/g, "$1");
}

/** What is journaled, without what Chat Completions say twice of a call when they do not stream. */
function journaled(response: ModelResponse): unknown {
  const { output, ...wire } = toWire(response);
  const items = output.map(({ providerData: _, ...item }) => item);
  return JSON.parse(withoutIds({ ...wire, output: items }));
}

describe.each<Api>(["responses", "chat_completions"])("a streamed reply of %s", (api) => {
  const model = () =>
    openAIModels({ api, apiKey: "none", baseURL: `${simulator.url}/v1` }).getModel("a-model");

  it.each<[string, Reply]>([
    ["a text", { text }],
    ["an empty text", { text: "" }],
    ["calls", { toolCalls: [look, { name: "wait", arguments: {} }] }],
    ["a text and a call", { text, toolCalls: [look] }],
  ])("is journaled as it would be unstreamed: %s", async (_name, reply) => {
    simulator.script(() => reply);
    const { response, deltas } = await heardFrom(await model());
    const unstreamed = await withTrace("test", async () => (await model()).getResponse(request));
    expect(journaled(response)).toEqual(journaled(unstreamed));
    expect(await nextRequest(await model(), response)).toEqual(await nextRequest(await model(), unstreamed));
    expect(deltas.join("")).toBe(reply.text ?? "");
    if (reply.text) expect(deltas.length).toBeGreaterThan(1);
  });

  it("is none when it is aborted in its middle", async () => {
    simulator.script(() => ({ text }));
    const aborted = new AbortController();
    const enough = () => aborted.abort(new Error("enough"));
    await expect(heardFrom(await model(), aborted.signal, enough)).rejects.toThrow("enough");
  });
});

/** A model whose API sends these events and then ends the body. */
function modelSaying(api: Api, events: readonly object[]): Model {
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  const headers = { "content-type": "text/event-stream" };
  const client = new OpenAI({
    apiKey: "none",
    maxRetries: 0,
    fetch: async () => new Response(body, { headers }),
  });
  return api === "responses"
    ? new OpenAIResponsesModel(client, "a-model")
    : new OpenAIChatCompletionsModel(client, "a-model");
}

const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: "chatcmpl_1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "a-model",
  choices: [{ index: 0, delta, finish_reason }],
});

describe("a stream of Chat Completions", () => {
  it("that ends between two chunks is no reply", async () => {
    const model = modelSaying("chat_completions", [chunk({ role: "assistant", content: "The claim" })]);
    await expect(heardFrom(model)).rejects.toThrow("the reply ended before it was complete");
  });

  it("that was aborted is no reply, even if all of it came", async () => {
    const aborted = new AbortController();
    const model = modelSaying("chat_completions", [chunk({ content: "The claim" }), chunk({}, "stop")]);
    const enough = () => aborted.abort(new Error("enough"));
    await expect(heardFrom(model, aborted.signal, enough)).rejects.toThrow("enough");
  });

  it("keeps what an API wants back with a call", async () => {
    const extra_content = { google: { thought_signature: "c2lnbmF0dXJl" } };
    const called = (index: number, more: object) => ({
      tool_calls: [
        {
          index,
          id: `call_${index}`,
          type: "function",
          function: { name: "look_up", arguments: "{}" },
          ...more,
        },
      ],
    });
    const { response } = await heardFrom(
      modelSaying("chat_completions", [
        chunk({ role: "assistant", content: null }),
        chunk(called(0, {})),
        chunk(called(1, { extra_content })),
        chunk({}, "tool_calls"),
      ]),
    );
    expect(toWire(response).output).toMatchObject([
      { callId: "call_0" },
      { callId: "call_1", providerData: { extra_content } },
    ]);
    expect(toWire(response).output[0]).not.toHaveProperty("providerData");
  });

  it("without a choice is no reply", async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 };
    const model = modelSaying("chat_completions", [{ ...chunk({}), choices: [], usage }]);
    await expect(heardFrom(model)).rejects.toThrow("the reply ended before it was complete");
  });
});

describe("a stream of Responses", () => {
  it("that ends without its last event is no reply", async () => {
    const model = modelSaying("responses", [
      { type: "response.created", sequence_number: 0, response: { id: "resp_1" } },
      {
        type: "response.output_text.delta",
        sequence_number: 1,
        item_id: "msg_1",
        output_index: 0,
        delta: "The",
      },
    ]);
    await expect(heardFrom(model)).rejects.toThrow("the reply ended before it was complete");
  });
});
