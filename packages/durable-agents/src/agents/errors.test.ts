import {
  GuardrailExecutionError,
  MaxTurnsExceededError,
  ModelBehaviorError,
  ToolCallError,
  UserError,
} from "@openai/agents-core";
import { CancelledError, TerminalError } from "@restatedev/restate-sdk";
import { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";
import { describe, expect, it } from "vitest";
import { AgentRunError, reportErrorsToModel, rethrowRestateErrors, toRunError } from "./errors.ts";
import { classifyModelError } from "./models/model-errors.step.ts";

function apiError(status: number, body: object, headers: Record<string, string> = {}): APIError {
  return APIError.generate(status, { error: body }, undefined, new Headers(headers));
}

const limited = (headers: Record<string, string>) => apiError(429, { message: "Slow down" }, headers);

describe("classifyModelError", () => {
  it.each([408, 409, 429, 500, 502, 503, 529])("retries %i", (status) => {
    expect(classifyModelError(apiError(status, { message: "Busy" }))).toEqual({
      kind: "retryable",
      message: `Model API: ${status} Busy`,
    });
  });

  it.each([400, 401, 403, 404, 413, 422])("ends at %i, with the API's message", (status) => {
    expect(classifyModelError(apiError(status, { message: "No such model" }))).toEqual({
      kind: "terminal",
      code: status,
      message: `Model API: ${status} No such model`,
    });
  });

  it.each([
    ["a lost connection", new APIConnectionError({ cause: new Error("ECONNRESET") }), "Connection error."],
    ["a time-out", new APIConnectionTimeoutError(), "Request timed out."],
    ["a truncated body", new SyntaxError("Unterminated string in JSON"), "Unterminated string in JSON"],
    ["a response that failed", unsuccessful("response.failed"), unsuccessful("response.failed").message],
    ["what is no error", "gone", "the model call failed"],
  ])("retries %s", (_name, error, message) => {
    expect(classifyModelError(error)).toEqual({ kind: "retryable", message: `Model API: ${message}` });
  });

  it.each([
    ["a quota that is used up", apiError(429, { message: "No credit", code: "insufficient_quota" }), 429],
    ["a content filter", apiError(400, { message: "Filtered", code: "content_filter" }), 400],
    ["a reply cut by a filter or the token limit", unsuccessful("response.incomplete"), 422],
    ["what the SDK cannot send", new UserError("Hosted tools are not supported"), 400],
  ])("ends at %s", (_name, error, code) => {
    expect(classifyModelError(error)).toMatchObject({ kind: "terminal", code });
  });

  it.each([
    [{ "retry-after": "7" }, 7_000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after-ms": "250" }, 250],
    [{ "retry-after-ms": "250", "retry-after": "7" }, 250],
    [{ "retry-after-ms": "soon", "retry-after": "7" }, 7_000],
    [{ "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, 0],
    [{ "retry-after": "-1" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{}, undefined],
  ])("reads the API's wish in %j", (headers: Record<string, string>, expected) => {
    expect(classifyModelError(limited(headers))).toHaveProperty("kind", "retryable");
    const { retryAfterMs } = classifyModelError(limited(headers)) as { retryAfterMs?: number };
    expect(retryAfterMs).toBe(expected);
  });

  it("reads a date in the future as the time until then", () => {
    const header = new Date(Date.now() + 60_000).toUTCString();
    const found = classifyModelError(limited({ "retry-after": header })) as { retryAfterMs?: number };
    expect(found.retryAfterMs).toBeGreaterThan(50_000);
    expect(found.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it("reads headers of another class than this process's own", () => {
    const error = Object.assign(new Error("429 Slow down"), {
      status: 429,
      headers: { get: (name: string) => (name === "retry-after" ? "2" : null) },
    });
    expect(classifyModelError(error)).toHaveProperty("retryAfterMs", 2_000);
  });

  it.each([
    ["Incorrect API key provided: sk-proj-ab12****cd34. Find yours at https://example.com.", "[key]"],
    ["Incorrect API key provided: 4f1d8a7c0b9e. Try again.", "[key]"],
    ["Invalid API key 4f1d8a7c0b9e", "Invalid API key [key]"],
    ["api_key=4f1d8a7c0b9e is not known", "api_key=[key] is not known"],
    ["https://example.com/v1?key=4f1d8a7c0b9e failed", "https://example.com/v1?key=[key] failed"],
    ['Headers.append: "Bearer 4f1d8a7c0b9e" is an invalid header value.', "Bearer [key]"],
    ["Authorization: Basic 4f1d8a7c0b9e was refused", "Basic [key]"],
  ])("keeps credentials out of: %s", (message, expected) => {
    const found = classifyModelError(apiError(401, { message }));
    expect(found.message).toContain(expected);
    expect(found.message).not.toMatch(/4f1d8a7c0b9e|ab12/);
  });

  it("leaves what only speaks of keys as it is", () => {
    const message = "Your API key is not allowed to use this model. Ask for a bearer token of your own.";
    expect(classifyModelError(apiError(403, { message })).message).toBe(`Model API: 403 ${message}`);
  });
});

function unsuccessful(state: string): ModelBehaviorError {
  return new ModelBehaviorError(
    `OpenAI Responses request ended with unsuccessful terminal state "${state}".`,
  );
}

const terminal = new TerminalError("no such policy", { errorCode: 404 });
const cancelled = new CancelledError();
const inTool = (error: Error) => new ToolCallError("Failed to run function tools", error);

describe("rethrowRestateErrors", () => {
  it.each([
    ["a terminal error", terminal, terminal],
    ["a cancellation", cancelled, cancelled],
    ["one inside a tool's error", inTool(terminal), terminal],
    ["one inside a nested agent's tool's error", inTool(inTool(cancelled)), cancelled],
    ["one that is the cause of another", new Error("wrapped", { cause: terminal }), terminal],
    ["one in a guardrail", new GuardrailExecutionError("failed", terminal), terminal],
  ])("throws %s", (_name, error, expected) => {
    expect(() => rethrowRestateErrors(undefined, error)).toThrow(expected);
  });

  it.each([
    [new Error("no date"), "Error: no date"],
    [new RangeError("too late"), "RangeError: too late"],
    ["a text", "a text"],
  ])("makes a message for the model of %s", (error, expected) => {
    expect(rethrowRestateErrors(undefined, error)).toBe(
      `An error occurred while running the tool. Please try again. Error: ${expected}`,
    );
  });
});

describe("reportErrorsToModel", () => {
  it.each([terminal, inTool(terminal)])("says of a terminal error that it will come again", (error) => {
    expect(reportErrorsToModel(undefined, error)).toBe(
      `The tool failed, and will fail again with the same arguments. Error: ${terminal}`,
    );
  });

  it("says of another error what the default says", () => {
    const error = new Error("no date");
    expect(reportErrorsToModel(undefined, error)).toBe(rethrowRestateErrors(undefined, error));
  });

  it("throws a cancellation", () => {
    expect(() => reportErrorsToModel(undefined, inTool(cancelled))).toThrow(cancelled);
  });
});

describe("toRunError", () => {
  it.each([
    ["a terminal error", terminal, terminal],
    ["a cancellation inside two tools", inTool(inTool(cancelled)), cancelled],
    ["a guardrail's", new GuardrailExecutionError("failed", cancelled), cancelled],
  ])("gives back %s", (_name, error, expected) => {
    expect(toRunError(error)).toBe(expected);
  });

  it("leaves what is not of the SDK to Restate's retries", () => {
    const bug = new TypeError("x is not a function");
    expect(toRunError(bug)).toBe(bug);
    expect(toRunError("text")).toBe("text");
  });

  it("makes the SDK's errors terminal, with the limit but without the conversation in the message", () => {
    const turns = toRunError(new MaxTurnsExceededError("Max turns (3) exceeded"));
    expect(turns).toBeInstanceOf(AgentRunError);
    expect(turns).toMatchObject({ code: 500, message: expect.stringContaining("Max turns (3) exceeded") });
    const behavior = new ModelBehaviorError("Invalid output: Jane Doe, broken leg");
    expect(toRunError(behavior)).toMatchObject({
      message: expect.stringMatching(/ModelBehaviorError(?!.*Jane)/),
      cause: behavior,
    });
    expect(String(toRunError(inTool(new Error("Jane Doe"))))).not.toContain("Jane");
  });

  it("comes to an end with causes that go round in circles", () => {
    const one = new Error("one");
    const other = new Error("other", { cause: one });
    one.cause = other;
    expect(toRunError(one)).toBe(one);
  });
});
