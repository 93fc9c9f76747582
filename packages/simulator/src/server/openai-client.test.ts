/** Both APIs, streamed or not, through the real client: what it reads is what the simulator meant to say. */
import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { clientOf, simulatorForTest } from "../../test/support.ts";
import type { Simulator } from "../simulator.ts";
import type { Api } from "../wire/simulated-request.ts";

const claim = { category: "medical", amount: 3000 };
const parameters = { type: "object", properties: { amount: { type: "number" } }, required: ["amount"] };
const schema = {
  type: "object",
  properties: { outcome: { type: "string", enum: ["deny", "approve"] }, amount: { type: "number" } },
  required: ["outcome", "amount"],
  additionalProperties: false,
};
const instructions = "You decide.";
const standIns = [{ instructions, answer: () => ({ outcome: "approve" }) }];

interface Ask {
  message: string;
  tools?: string[];
  structured?: boolean;
}
interface Answer {
  id: string;
  text: string;
  calls: { id: string; name: string; arguments: string }[];
  usage: { input: number; output: number; total: number };
}

const modes: [Api, boolean][] = [
  ["responses", false],
  ["responses", true],
  ["chat_completions", false],
  ["chat_completions", true],
];

async function ask(client: OpenAI, api: Api, stream: boolean, question: Ask): Promise<Answer> {
  return api === "responses" ? askResponses(client, stream, question) : askChat(client, stream, question);
}

async function askResponses(
  client: OpenAI,
  stream: boolean,
  { message, tools, structured }: Ask,
): Promise<Answer> {
  const body = {
    model: "m",
    instructions,
    input: [{ role: "user" as const, content: message }],
    tools: (tools ?? []).map((name) => ({ type: "function" as const, name, parameters, strict: false })),
    ...(structured
      ? { text: { format: { type: "json_schema" as const, name: "d", schema, strict: true } } }
      : {}),
  };
  const response = stream
    ? await client.responses.stream(body).finalResponse()
    : await client.responses.create(body);
  expect(response.status).toBe("completed");
  return {
    id: response.id,
    text: response.output_text,
    calls: response.output.flatMap((item) =>
      item.type === "function_call" ? [{ id: item.call_id, name: item.name, arguments: item.arguments }] : [],
    ),
    usage: {
      input: response.usage?.input_tokens ?? 0,
      output: response.usage?.output_tokens ?? 0,
      total: response.usage?.total_tokens ?? 0,
    },
  };
}

async function askChat(
  client: OpenAI,
  stream: boolean,
  { message, tools, structured }: Ask,
): Promise<Answer> {
  const body = {
    model: "m",
    messages: [
      { role: "system" as const, content: instructions },
      { role: "user" as const, content: message },
    ],
    ...(tools && {
      tools: tools.map((name) => ({ type: "function" as const, function: { name, parameters } })),
    }),
    ...(structured
      ? {
          response_format: { type: "json_schema" as const, json_schema: { name: "d", schema, strict: true } },
        }
      : {}),
  };
  const completion = stream
    ? await client.chat.completions
        .stream({ ...body, stream_options: { include_usage: true } })
        .finalChatCompletion()
    : await client.chat.completions.create(body);
  const { message: answer } = completion.choices[0]!;
  return {
    id: completion.id,
    text: answer.content ?? "",
    calls: (answer.tool_calls ?? []).flatMap((call) =>
      call.type === "function" ? [{ id: call.id, ...call.function }] : [],
    ),
    usage: {
      input: completion.usage?.prompt_tokens ?? 0,
      output: completion.usage?.completion_tokens ?? 0,
      total: completion.usage?.total_tokens ?? 0,
    },
  };
}

describe.each(modes)("%s, stream %s", (api, stream) => {
  const setup = async (): Promise<{ simulator: Simulator; client: OpenAI }> => {
    const simulator = await simulatorForTest({ standIns });
    return { simulator, client: clientOf(simulator) };
  };

  test("a text, with usage that adds up", async () => {
    const { client } = await setup();
    const { text, usage } = await ask(client, api, stream, { message: "Write a poem about 🌊 and é." });
    expect(text).toContain("🌊 and é");
    expect(usage.input).toBeGreaterThan(5);
    expect(usage.total).toBe(usage.input + usage.output);
  });

  test("parallel function calls", async () => {
    const { client } = await setup();
    const { calls, text } = await ask(client, api, stream, {
      message: JSON.stringify(claim),
      tools: ["one", "two"],
    });
    expect(text).toBe("");
    expect(calls.map(({ name }) => name)).toEqual(["one", "two"]);
    expect(calls.map((call) => JSON.parse(call.arguments))).toEqual([{ amount: 3000 }, { amount: 3000 }]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  });

  test("structured output", async () => {
    const { client } = await setup();
    const { text } = await ask(client, api, stream, { message: JSON.stringify(claim), structured: true });
    expect(JSON.parse(text)).toEqual({ outcome: "approve", amount: 3000 });
  });

  test("the same request gets the same reply, another one another id", async () => {
    const { client, simulator } = await setup();
    const question = { message: JSON.stringify(claim), tools: ["one"] };
    const first = await ask(client, api, stream, question);
    expect(await ask(client, api, stream, question)).toEqual(first);
    const other = await ask(client, api, stream, { ...question, message: '{"amount":1}' });
    expect(other.id).not.toBe(first.id);
    expect(simulator.stats()).toMatchObject({ total: 3, repeated: 1, repeatedAfterAnswer: 1 });
  });

  test("a script answers with text, calls, raw arguments and usage", async () => {
    const { client, simulator } = await setup();
    simulator.script(({ tools }) => ({
      text: "Both.",
      toolCalls: [{ name: tools[0]?.name ?? "", arguments: "{broken" }],
      usage: { inputTokens: 7, outputTokens: 3 },
    }));
    const answer = await ask(client, api, stream, { message: "hi", tools: ["one"] });
    expect(answer).toMatchObject({ text: "Both.", usage: { input: 7, output: 3, total: 10 } });
    expect(answer.calls).toMatchObject([{ name: "one", arguments: "{broken" }]);
  });
});

test("both APIs are read into the same conversation", async () => {
  const simulator = await simulatorForTest();
  const client = clientOf(simulator);
  const arrivals = Promise.all([
    simulator.nextCall(({ api }) => api === "responses"),
    simulator.nextCall(({ api }) => api === "chat_completions"),
  ]);
  await client.responses.create({
    model: "m",
    instructions: "Be kind.",
    input: [
      { role: "developer", content: "And short." },
      { role: "user", content: [{ type: "input_text", text: "Check" }] },
      { type: "reasoning", id: "r", summary: [] },
      { type: "function_call", call_id: "c", name: "t", arguments: '{"a":1}' },
      { type: "function_call_output", call_id: "c", output: "done" },
    ],
  });
  await client.chat.completions.create({
    model: "m",
    messages: [
      { role: "system", content: "Be kind." },
      { role: "developer", content: "And short." },
      { role: "user", content: [{ type: "text", text: "Check" }] },
      {
        role: "assistant",
        tool_calls: [{ id: "c", type: "function", function: { name: "t", arguments: '{"a":1}' } }],
      },
      { role: "tool", tool_call_id: "c", content: "done" },
    ],
  });
  const [responses, chat] = await arrivals;
  expect(chat).toEqual({ ...responses, api: "chat_completions" });
  expect(responses.instructions).toBe("Be kind.\n\nAnd short.");
  expect(responses.items.map(({ type }) => type)).toEqual(["user", "tool_call", "tool_result"]);
});

test("a request that is none gets a 400 that names the field, never the value", async () => {
  const client = clientOf(await simulatorForTest());
  const secret = "4111-1111";
  const bad = (body: object): Promise<unknown> =>
    client.post("/responses", { body }).then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(await bad({ input: "hi" })).toMatchObject({ status: 400, param: "model" });
  const wrongTool = { type: "function", name: "x", parameters: [secret] };
  const error = await bad({ model: "m", input: "hi", tools: [wrongTool] });
  expect(error).toMatchObject({ status: 400, param: "tools.0.parameters" });
  expect(String(error)).not.toContain(secret);
  expect(await bad({ model: "m", input: "hi", previous_response_id: "resp_1" })).toMatchObject({
    status: 400,
    param: "previous_response_id",
  });
});
