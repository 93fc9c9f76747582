// Classifies a failed request to an MCP server: an answer for the model, another attempt, or the end of the run.

import { UserError } from "@openai/agents-core";
import { withoutCredentials } from "../agents/credentials.ts";

/**
 * - `answered`: the server answered with an error, or with what is no valid result; asking again would not change that
 * - `retryable`: the server was not reached, or did not answer; `unsent` when it cannot have seen the request
 * - `terminal`: another attempt would fail as well
 */
export type McpErrorClass =
  | { readonly kind: "answered"; readonly message: string }
  | { readonly kind: "retryable"; readonly message: string; readonly unsent: boolean }
  | { readonly kind: "terminal"; readonly message: string; readonly code: number };

/** The connection could not be opened: whatever the reason, no tool has answered. */
export class McpConnectError extends Error {
  constructor(cause: unknown) {
    super("The MCP server could not be reached.", { cause });
    this.name = "McpConnectError";
  }
}

// Of @modelcontextprotocol/client, by their codes: the package is the Agents SDK's, not ours.
const INVALID_ANSWERS = new Set([
  "INVALID_RESULT",
  "UNSUPPORTED_RESULT_TYPE",
  "INPUT_REQUIRED_ROUNDS_EXCEEDED",
  "CAPABILITY_NOT_SUPPORTED",
  "METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION",
]);

// 404 is how a server that was started again answers to a session it does not know.
const RETRYABLE_STATUS = new Set([404, 408, 409, 425, 429]);
// Their messages quote what the server sent.
const QUOTING = new Set(["SyntaxError", "ZodError"]);
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Classifies what the Agents SDK's MCP servers throw. Messages for Restate quote neither answers nor arguments. */
export function classifyMcpError(error: unknown): McpErrorClass {
  const connecting = error instanceof McpConnectError;
  const chain = causesOf(connecting ? error.cause : error);
  const [thrown] = chain;
  if (!connecting && isAnswer(thrown)) return { kind: "answered", message: text(thrown) };
  const status = chain.map(httpStatus).find((found) => found !== undefined);
  if (status !== undefined && status >= 400 && status < 500 && !RETRYABLE_STATUS.has(status)) {
    return { kind: "terminal", code: status, message: `HTTP ${status}` };
  }
  if (thrown instanceof UserError) return { kind: "terminal", code: 400, message: text(thrown) };
  const system = chain.map(systemCode).find((code) => code !== undefined);
  const unsent = status === 404 || (system !== undefined && UNSENT.has(system)) || isNotConnected(thrown);
  const message = status === undefined ? (system ?? nameOf(thrown)) : `HTTP ${status}`;
  return { kind: "retryable", message, unsent };
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let e = error; e !== undefined && chain.length < 16; ) {
    chain.push(e);
    // Node tries each address of a name, and gives one error of all.
    e = e instanceof AggregateError ? e.errors[0] : e instanceof Error ? e.cause : undefined;
  }
  return chain;
}

function isAnswer(error: unknown): boolean {
  const name = at(error, "name");
  const code = at(error, "code");
  if (name === "ProtocolError") return true;
  // The older client has these two codes for a lost connection and a time-out of its own.
  if (name === "McpError") return code !== -32000 && code !== -32001;
  if (typeof code === "number") return code >= -32768 && code <= -32002;
  return typeof code === "string" && INVALID_ANSWERS.has(code);
}

function isNotConnected(error: unknown): boolean {
  return at(error, "code") === "NOT_CONNECTED" || at(error, "message") === "Not connected";
}

function httpStatus(error: unknown): number | undefined {
  const status = at(error, "status");
  if (typeof status === "number") return status;
  return at(error, "name") === "UnauthorizedError" ? 401 : undefined;
}

function systemCode(error: unknown): string | undefined {
  const code = at(error, "code");
  return typeof code === "string" && /^(E[A-Z]+|UND_ERR_[A-Z_]+)$/.test(code) ? code : undefined;
}

function nameOf(error: unknown): string {
  const code = at(error, "code");
  if (typeof code === "string") return code;
  const name = at(error, "name");
  return typeof name === "string" && QUOTING.has(name) ? name : text(error);
}

function text(error: unknown): string {
  return withoutCredentials(error instanceof Error ? error.message : String(error));
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
