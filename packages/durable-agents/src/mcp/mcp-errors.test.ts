import { UserError } from "@openai/agents-core";
import { describe, expect, it } from "vitest";
import { classifyMcpError, McpConnectError } from "./mcp-errors.ts";

function named(name: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name, ...fields });
}

const rpc = named("ProtocolError", "MCP error -32602: no such plan", { code: -32602 });
const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
const fetchFailed = new TypeError("fetch failed", { cause: refused });
const http = (status: number) =>
  named("SdkHttpError", "Error POSTing to endpoint: Jane Doe", {
    code: "CLIENT_HTTP_NOT_IMPLEMENTED",
    status,
  });

describe("classifyMcpError", () => {
  it.each([
    ["a JSON-RPC error", rpc],
    ["one of the server's own codes", named("ProtocolError", "plan is closed", { code: 7 })],
    ["one of the older client", named("McpError", "no such tool", { code: -32601 })],
    ["one of another client", named("Error", "no such tool", { code: -32601 })],
    ["a result that is none", named("SdkError", "Invalid result for tools/call", { code: "INVALID_RESULT" })],
  ])("takes %s for an answer, with its message", (_name, error) => {
    expect(classifyMcpError(error)).toEqual({ kind: "answered", message: error.message });
  });

  it.each<[string, unknown, string, boolean]>([
    [
      "a time-out",
      named("SdkError", "Request timed out", { code: "REQUEST_TIMEOUT" }),
      "REQUEST_TIMEOUT",
      false,
    ],
    [
      "the older client's time-out",
      named("McpError", "Request timed out", { code: -32001 }),
      "Request timed out",
      false,
    ],
    [
      "a lost connection",
      named("SdkError", "Connection closed", { code: "CONNECTION_CLOSED" }),
      "CONNECTION_CLOSED",
      false,
    ],
    ["a closed one", new Error("Not connected"), "Not connected", true],
    [
      "one that is not open",
      named("SdkError", "Not connected", { code: "NOT_CONNECTED" }),
      "NOT_CONNECTED",
      true,
    ],
    ["a server that is down", fetchFailed, "ECONNREFUSED", true],
    [
      "one with two addresses",
      new TypeError("fetch failed", { cause: new AggregateError([refused]) }),
      "ECONNREFUSED",
      true,
    ],
    [
      "a cut connection",
      new TypeError("fetch failed", {
        cause: named("SocketError", "other side closed", { code: "UND_ERR_SOCKET" }),
      }),
      "UND_ERR_SOCKET",
      false,
    ],
    ["an unknown session", http(404), "HTTP 404", true],
    ["a busy server", http(429), "HTTP 429", false],
    ["a server's fault", http(503), "HTTP 503", false],
    ["a missing command", named("Error", "spawn plans ENOENT", { code: "ENOENT" }), "ENOENT", false],
    ["a connection that fails", new McpConnectError(fetchFailed), "ECONNREFUSED", true],
    ["one that the server refuses", new McpConnectError(rpc), rpc.message, false],
    ["what is no error", "gone", "gone", false],
  ])("retries %s", (_name, error, message, unsent) => {
    expect(classifyMcpError(error)).toEqual({ kind: "retryable", message, unsent });
  });

  it.each([
    ["a wrong key", http(401), 401],
    ["a missing right", new McpConnectError(http(403)), 403],
    ["a wrong request", http(400), 400],
    ["a login that is needed", named("UnauthorizedError", "Unauthorized"), 401],
    ["a list that is too long", new UserError("MCP tool listing exceeded maxListPages"), 400],
  ])("ends at %s", (_name, error, code) => {
    expect(classifyMcpError(error)).toMatchObject({ kind: "terminal", code });
  });

  it("quotes neither a body nor a key", () => {
    const keyed = new Error("https://example.com/mcp?key=4f1d8a7c0b9e failed");
    const unreadable = new SyntaxError(`Unexpected token 'J', "Jane Doe" is not valid JSON`);
    for (const error of [http(500), http(403), keyed, unreadable]) {
      expect(JSON.stringify(classifyMcpError(error))).not.toMatch(/Jane|4f1d8a7c0b9e/);
    }
  });

  it("comes to an end with causes that go round in circles", () => {
    const one = new Error("one");
    one.cause = one;
    expect(classifyMcpError(one)).toMatchObject({ kind: "retryable", message: "one" });
  });
});
