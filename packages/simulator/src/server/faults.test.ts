import { APIConnectionError, APIError, AuthenticationError, BadRequestError, RateLimitError } from "openai";
import { describe, expect, test } from "vitest";
import { clientOf, simulatorForTest } from "../../test/support.ts";
import type { Fault } from "../calls/faults.ts";
import { agentId } from "../ids.ts";
import type { Simulator } from "../simulator.ts";

const tools = [
  {
    type: "function" as const,
    function: {
      name: "look",
      parameters: { type: "object", properties: { amount: { type: "number" } }, required: ["amount"] },
    },
  },
];
const messages = [{ role: "user" as const, content: '{"amount":5}' }];

/** The names and arguments that a call gets from the API, or the error it fails with. */
async function call(simulator: Simulator, stream: boolean, model = "m"): Promise<unknown> {
  const client = clientOf(simulator);
  const body = { model, messages, tools };
  try {
    const completion = stream
      ? await client.chat.completions.stream(body).finalChatCompletion()
      : await client.chat.completions.create(body);
    return completion.choices.flatMap(({ message }) =>
      (message.tool_calls ?? []).map((entry) => (entry.type === "function" ? entry.function : entry)),
    );
  } catch (error) {
    return error;
  }
}
const good = [{ name: "look", arguments: '{"amount":5}' }];

describe.each([false, true])("stream %s", (stream) => {
  const afterFault = async (fault: Fault): Promise<{ first: unknown; simulator: Simulator }> => {
    const simulator = await simulatorForTest();
    simulator.inject(fault);
    const first = await call(simulator, stream);
    expect(await call(simulator, stream)).toMatchObject(good);
    return { first, simulator };
  };

  test("status 429 with Retry-After, in OpenAI's shape", async () => {
    const { first, simulator } = await afterFault({ kind: "status", status: 429, retryAfterSeconds: 2 });
    expect(first).toBeInstanceOf(RateLimitError);
    expect(first).toMatchObject({ code: "rate_limit_exceeded" });
    expect((first as APIError).headers?.get("retry-after")).toBe("2");
    expect(simulator.stats()).toMatchObject({ total: 2, repeated: 1, repeatedAfterAnswer: 0 });
    expect(simulator.stats().calls.map(({ status, answered }) => [status, answered])).toEqual([
      [429, true],
      [200, true],
    ]);
  });

  test.each([
    [{ kind: "status" }, APIError, { status: 500 }],
    [{ kind: "status", status: 503 }, APIError, { status: 503 }],
    [{ kind: "status", status: 401 }, AuthenticationError, { status: 401, code: "invalid_api_key" }],
    [{ kind: "status", status: 400 }, BadRequestError, { type: "invalid_request_error" }],
    [{ kind: "status", status: 400, code: "content_filter" }, BadRequestError, { code: "content_filter" }],
  ] satisfies [Fault, abstract new (...args: never) => Error, object][])(
    "%o",
    async (fault, type, fields) => {
      const { first } = await afterFault(fault);
      expect(first).toBeInstanceOf(type);
      expect(first).toMatchObject(fields);
    },
  );

  test("cut destroys the connection in the middle of the body", async () => {
    const { first, simulator } = await afterFault({ kind: "cut" });
    expect(first).toBeInstanceOf(Error);
    expect(simulator.stats().calls[0]).toMatchObject({ status: 200, answered: false });
  });

  test("truncated_json ends well and holds half", async () => {
    const { first, simulator } = await afterFault({ kind: "truncated_json" });
    expect(first).toBeInstanceOf(Error);
    expect(first).not.toBeInstanceOf(APIConnectionError);
    expect(simulator.stats().calls[0]).toMatchObject({ status: 200, answered: false });
  });

  test("unknown_tool and bad_arguments", async () => {
    expect((await afterFault({ kind: "unknown_tool" })).first).toMatchObject([{ name: "no_such_tool" }]);
    const { first } = await afterFault({ kind: "bad_arguments", match: { toolNamed: "look" } });
    expect(first).toMatchObject([{ name: "look", arguments: '{"unexpected":true}' }]);
  });

  test("latency answers late", async () => {
    const simulator = await simulatorForTest();
    simulator.inject({ kind: "latency", latencyMs: 80 });
    const start = performance.now();
    expect(await call(simulator, stream)).toMatchObject(good);
    expect(performance.now() - start).toBeGreaterThan(70);
  });

  test("hang never answers, until the client goes away", async () => {
    const simulator = await simulatorForTest();
    simulator.inject({ kind: "hang" });
    const abort = new AbortController();
    const reply = clientOf(simulator).chat.completions.create(
      { model: "m", messages, stream },
      { signal: abort.signal },
    );
    await simulator.nextCall();
    expect(simulator.stats()).toMatchObject({ inFlight: 1 });
    abort.abort();
    await expect(reply).rejects.toThrow();
    // Only the server sees the connection close: there is no event to await.
    await expect.poll(() => simulator.stats().inFlight).toBe(0);
    expect(simulator.stats().calls[0]).toMatchObject({ status: null, answered: false });
  });
});

test("no_choices is a reply without any choice, in both APIs", async () => {
  const simulator = await simulatorForTest();
  const client = clientOf(simulator);
  simulator.inject({ kind: "no_choices", times: 4 });
  expect((await client.chat.completions.create({ model: "m", messages })).choices).toEqual([]);
  expect((await client.responses.create({ model: "m", input: "hi" })).output).toEqual([]);
  const streamed = await client.chat.completions.create({ model: "m", messages, stream: true });
  const chunks = [];
  for await (const chunk of streamed) chunks.push(chunk);
  expect(chunks).toEqual([]);
  expect((await client.responses.stream({ model: "m", input: "hi" }).finalResponse()).output).toEqual([]);
});

test("a fault hits the calls it is meant for, as often as it says, after those it lets pass", async () => {
  const simulator = await simulatorForTest();
  const status = async (model: string): Promise<unknown> => {
    const result = await call(simulator, false, model);
    return result instanceof APIError ? result.status : 200;
  };
  simulator.inject({ kind: "status", status: 503, times: 2, after: 1, match: { model: "a" } });
  const seen = [];
  for (const model of ["a", "b", "a", "b", "a", "a"]) seen.push(await status(model));
  expect(seen).toEqual([200, 200, 503, 200, 503, 200]);

  simulator.inject({ kind: "status", match: { toolNamed: "other" } });
  simulator.inject({ kind: "status", match: { agent: agentId("somebody else") } });
  simulator.inject({ kind: "status", match: { conversation: "none" } });
  const removed = simulator.inject({ kind: "status", match: { agent: agentId("") } });
  removed.remove();
  expect(await status("a")).toBe(200);
});

test("stop closes what hangs, at once", async () => {
  const simulator = await simulatorForTest();
  simulator.inject({ kind: "hang" });
  const arrived = simulator.nextCall();
  const reply = call(simulator, false);
  await arrived;
  const never = simulator.nextCall();
  await simulator.stop();
  expect(await reply).toBeInstanceOf(APIConnectionError);
  await expect(never).rejects.toThrow("stopped");
});

test("a fault that is none is refused", async () => {
  const simulator = await simulatorForTest();
  expect(() => simulator.inject({ kind: "status", status: 200 })).toThrow(/400/);
});
