import { startSimulator } from "@holdfast/simulator";
import { testSeed } from "@holdfast/testing";
import {
  type AgentInputItem,
  type Model,
  type ModelRequest,
  type ModelResponse,
  setTracingDisabled,
  withTrace,
} from "@openai/agents-core";
import { OpenAIChatCompletionsModel, OpenAIResponsesModel } from "@openai/agents-openai";
import fc from "fast-check";
import { OpenAI } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chatMessages, chatReply, responsesItems, responsesReply } from "../../../e2e/api-replies.ts";
import { fromWire, toWire } from "./model-response.ts";

type Api = "responses" | "chat_completions";

function modelOf(api: Api, client: OpenAI): Model {
  return api === "responses"
    ? new OpenAIResponsesModel(client, "a-model")
    : new OpenAIChatCompletionsModel(client, "a-model");
}

function call(model: Model, input: AgentInputItem[]): Promise<ModelResponse> {
  const request: ModelRequest = {
    input,
    modelSettings: {},
    tools: [],
    outputType: "text",
    handoffs: [],
    tracing: false,
  };
  // The SDK's models ask for the trace they are part of, also when it records nothing.
  return withTrace("test", () => model.getResponse(request));
}

beforeAll(() => setTracingDisabled(true));

const user: AgentInputItem = { role: "user", content: "Is it covered?" };

/** What the SDK makes of an API's reply. */
async function reply(api: Api, body: object): Promise<ModelResponse> {
  const client = new OpenAI({ apiKey: "none", fetch: async () => Response.json(body) });
  return call(modelOf(api, client), [user]);
}

/** What the SDK sends on the next turn, when the reply was this one and its calls were answered. */
async function nextBody(api: Api, response: ModelResponse): Promise<unknown> {
  let sent: unknown;
  const client = new OpenAI({
    apiKey: "none",
    fetch: async (_url, init) => {
      sent = JSON.parse(String(init?.body));
      return Response.json(api === "responses" ? responsesReply([]) : chatReply(chatMessages.text));
    },
  });
  const results = response.output.flatMap((item): AgentInputItem[] =>
    item.type === "function_call"
      ? [
          {
            type: "function_call_result",
            callId: item.callId,
            name: item.name,
            status: "completed",
            output: "found",
          },
        ]
      : [],
  );
  await call(modelOf(api, client), [user, ...response.output, ...results]);
  return sent;
}

function overTheJournal(response: ModelResponse): ModelResponse {
  return fromWire(JSON.parse(JSON.stringify(toWire(response))));
}

// What the journal leaves out of the next request: nulls; empty log probabilities; and, of Chat Completions, the
// fields of a message that the SDK repeats inside its text, where no API reads them.
function essential(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essential);
  if (typeof value !== "object" || value === null) return value;
  const inText = "type" in value && value.type === "text";
  const inRefusal = "type" in value && value.type === "refusal";
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, field]) => {
        if (field === null) return false;
        if (key === "logprobs" && Array.isArray(field) && field.length === 0) return false;
        return !((inText || inRefusal) && ["role", "annotations", "tool_calls"].includes(key));
      })
      .map(([key, field]) => [key, essential(field)]),
  );
}

async function expectNothingLost(api: Api, body: object): Promise<void> {
  const original = await reply(api, body);
  const restored = overTheJournal(original);
  expect(essential(await nextBody(api, restored))).toEqual(essential(await nextBody(api, original)));
  const { requests, inputTokens, outputTokens, totalTokens } = original.usage;
  expect(restored.usage).toMatchObject({ requests, inputTokens, outputTokens, totalTokens });
  expect(restored.responseId).toBe(original.responseId);
  expect(JSON.stringify(toWire(original)).length).toBeLessThan(JSON.stringify(original).length);
}

describe("a reply over the journal", () => {
  it.each(Object.entries(responsesItems))(
    "keeps what the Responses API needs next: %s",
    async (_name, item) => {
      await expectNothingLost("responses", responsesReply([item]));
    },
  );

  it("keeps the items of a reply in order", async () => {
    const { reasoning, messageWithPhase, webSearch, functionCall, message } = responsesItems;
    const items = [reasoning, messageWithPhase, webSearch, functionCall, message];
    await expectNothingLost("responses", responsesReply(items));
  });

  it.each(Object.entries(chatMessages))(
    "keeps what Chat Completions needs next: %s",
    async (_name, message) => {
      await expectNothingLost("chat_completions", chatReply(message));
    },
  );

  it("keeps fields that no API has yet", async () => {
    const key = fc.stringMatching(/^[a-z]{1,6}(_[a-z]{1,6})?$/).filter((name) => !OWN_FIELDS.has(name));
    // Values that stand elsewhere in the item too, which must not be taken for repetitions.
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom("fc_1", "call_1", "look_up", "completed", "assistant", "function_call"),
      fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("fc_1", "look_up")),
    );
    const fields = fc.dictionary(key, value, { maxKeys: 4 });
    const { functionCall, message, reasoning, webSearch, ofTomorrow } = responsesItems;
    const item = fc.constantFrom(functionCall, message, reasoning, webSearch, ofTomorrow);
    await fc.assert(
      fc.asyncProperty(item, fields, async (known, extra) => {
        await expectNothingLost("responses", responsesReply([{ ...extra, ...known }]));
      }),
      { seed: testSeed(), numRuns: 200 },
    );
  });

  it("keeps token counts, a total that is no sum, and details", async () => {
    const { usage } = overTheJournal(await reply("responses", responsesReply([responsesItems.message])));
    expect(usage).toMatchObject({
      requests: 1,
      inputTokens: 1200,
      outputTokens: 80,
      totalTokens: 1280,
      inputTokensDetails: [{ cached_tokens: 1024 }],
      outputTokensDetails: [{ reasoning_tokens: 64 }],
    });
    const body = chatReply(chatMessages.text);
    // Some count the tokens of thought in the total alone.
    Object.assign(body, { usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 40 } });
    expect(overTheJournal(await reply("chat_completions", body)).usage).toMatchObject({ totalTokens: 40 });
  });

  it("is a small part of what the API sent", async () => {
    const size = (value: unknown) => JSON.stringify(value).length;
    const body = responsesReply([responsesItems.message, responsesItems.functionCall]);
    expect(size(toWire(await reply("responses", body)))).toBeLessThan(size(body) / 3);
    const chat = chatReply(chatMessages.textAndCalls);
    expect(size(toWire(await reply("chat_completions", chat)))).toBeLessThan(size(chat) * 0.9);
  });
});

// What the API's own fields are called: an extra field of such a name would be another item.
const OWN_FIELDS = new Set(["id", "type", "name", "role", "phase", "status", "caller", "content", "call_id"]);

describe("a reply of the simulator over the journal", () => {
  let simulator: Awaited<ReturnType<typeof startSimulator>>;
  beforeAll(async () => {
    simulator = await startSimulator();
    simulator.script(({ items }) =>
      items.some(({ type }) => type === "tool_result")
        ? { text: "covered" }
        : { text: "I look.", toolCalls: [{ name: "look_up", arguments: { what: "plan" } }] },
    );
  });
  afterAll(() => simulator.stop());

  it.each(["responses", "chat_completions"] as const)("takes a conversation to its end: %s", async (api) => {
    const client = new OpenAI({ apiKey: "none", baseURL: `${simulator.url}/v1`, maxRetries: 0 });
    const model = modelOf(api, client);
    const first = overTheJournal(await call(model, [user]));
    const toolCall = first.output.find((item) => item.type === "function_call");
    expect(toolCall).toMatchObject({ name: "look_up", arguments: '{"what":"plan"}' });
    const result = {
      type: "function_call_result" as const,
      callId: toolCall?.callId ?? "",
      name: "look_up",
      status: "completed" as const,
      output: "plan",
    };
    const second = overTheJournal(await call(model, [user, ...first.output, result]));
    expect(second.output).toMatchObject([{ content: [{ type: "output_text", text: "covered" }] }]);
  });
});
