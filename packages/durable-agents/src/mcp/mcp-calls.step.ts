// The requests to an MCP server, and the journaled forms of what it answers. Each runs inside of a durable step: once per
// journaled answer.

import type { CallToolResult, MCPServer } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import type { McpConnection } from "./mcp-connection.step.ts";
import { classifyMcpError, type McpErrorClass } from "./mcp-errors.ts";

/** The tools of a server, version 1. Leaves out what no run reads: icons and the schemas of results. */
interface WireMcpTools {
  readonly v: 1;
  readonly tools: readonly WireMcpTool[];
}

/** A tool as the protocol lists it. */
type WireMcpTool = Readonly<Record<string, unknown>> & { readonly name: string };

/** The answer to a call of a tool, version 1: its result, or the error that the server answered with. */
type WireMcpAnswer = WireMcpResult | { readonly v: 1; readonly error: string };

/** `structuredContent` and `meta` only where the agent asks for the whole result: they often repeat the content. */
export interface WireMcpResult {
  readonly v: 1;
  readonly content: readonly WireMcpContent[];
  readonly isError?: true;
  readonly structuredContent?: Record<string, unknown>;
  readonly meta?: Record<string, unknown>;
}

/** A text, an image, a resource …: an item of the protocol's content. */
type WireMcpContent = Record<string, unknown> & { readonly type: string };

/** A call of a tool. */
export interface McpCall {
  readonly tool: string;
  readonly args: Record<string, unknown> | null;
  readonly meta: Record<string, unknown> | null | undefined;
  /** Whether somebody reads more of the result than its content. */
  readonly whole: boolean;
}

/** @throws TerminalError for what no retry can mend; Error for all else */
export async function listMcpTools(connection: McpConnection, signal: AbortSignal): Promise<WireMcpTools> {
  try {
    const tools = await connection.use((server) => server.listTools(), signal);
    return { v: 1, tools: tools.map(trimTool) };
  } catch (error) {
    throw toStepError(connection, classifyMcpError(error));
  }
}

/**
 * Calls a tool. An error that the server answered with is an answer.
 *
 * @throws TerminalError for what no retry can mend; Error for all else
 */
export async function callMcpTool(
  connection: McpConnection,
  call: McpCall,
  signal: AbortSignal,
): Promise<WireMcpAnswer> {
  try {
    const result = await connection.use((server) => resultOf(server, call, signal), signal);
    return {
      v: 1,
      content: result.content,
      ...(result.isError && { isError: true }),
      ...(call.whole && {
        ...(result.structuredContent && { structuredContent: result.structuredContent }),
        ...(result._meta && { meta: result._meta }),
      }),
    };
  } catch (error) {
    const found = classifyMcpError(error);
    if (found.kind === "answered") return { v: 1, error: found.message };
    throw toStepError(connection, found);
  }
}

async function resultOf(
  server: MCPServer,
  { tool, args, meta }: McpCall,
  signal: AbortSignal,
): Promise<CallToolResult> {
  if (server.callToolResult) return server.callToolResult(tool, args, meta, { signal });
  const content = await server.callTool(tool, args, meta, { signal });
  const { isError, structuredContent, _meta } = content;
  return { content: [...content], isError, structuredContent, _meta };
}

function trimTool(tool: Awaited<ReturnType<MCPServer["listTools"]>>[number]): WireMcpTool {
  const { outputSchema: _outputSchema, icons: _icons, ...kept } = tool as WireMcpTool;
  return kept;
}

function toStepError({ name }: McpConnection, found: McpErrorClass): Error {
  const message = `MCP server "${name}": ${found.message}`;
  return found.kind === "terminal"
    ? new TerminalError(message, { errorCode: found.code })
    : new Error(message);
}
