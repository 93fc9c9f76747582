// MCP servers in durable runs: their tool lists and calls are durable steps.

import type { MCPServer } from "@openai/agents-core";
import type { Duration } from "@restatedev/restate-sdk";
import { currentDurableContext, currentDurableRun, type DurableRun } from "../agents/run.ts";
import { declareJournaled } from "../agents/unsupported.ts";
import type { DurableStep } from "../runtime/durable-steps.ts";
import { callMcpTool, listMcpTools, type McpCall, type WireMcpResult } from "./mcp-calls.step.ts";
import { McpConnection } from "./mcp-connection.step.ts";

/** Settings of {@link durableMcp}. */
export interface DurableMcpOptions {
  /**
   * When to ask the server for its tools: once per run of a `DurableRunner` (the default), whose agents share the
   * list; or before each model call, for servers whose tools change. Each list is journaled as a whole.
   */
  readonly listTools?: "once-per-run" | "each-turn";
  /**
   * How often a request is made before its failure ends the run, the first included; 3 by default. A tool may have
   * done its work before the connection broke: with 1 it is never asked to do it again, unless this process dies.
   */
  readonly maxRetryAttempts?: number;
  /** How long to wait before the first retry; doubles each time; 500 ms by default. */
  readonly initialRetryInterval?: Duration | number;
  /** The longest wait between retries; 30 s by default. */
  readonly maxRetryInterval?: Duration | number;
  /** After how many milliseconds without a call the connection is closed; a minute by default. */
  readonly idleTimeoutMs?: number;
}

type Tools = Awaited<ReturnType<MCPServer["listTools"]>>;

/**
 * An MCP server for the agents of durable runs. Declare it once, outside of any handler.
 *
 * ```ts
 * const plans = durableMcp("plans", () => new MCPServerStdio({ command: "plans-server" }));
 * const agent = new Agent({ name: "Adviser", instructions: "…", mcpServers: [plans] });
 * ```
 *
 * The process has one connection, opened when it is first needed and opened anew when it broke: the server may be
 * restarted at any time. `connect` is not needed; `close` closes the connection, for the end of the process.
 *
 * What a tool answers goes to the model, errors included. A server that cannot be reached, or does not answer in the
 * time its `timeout` allows, is asked again; then the run ends with a TerminalError.
 *
 * @param name names the server in the journal, and in the names of its tools where the agent wants that
 * @param makeServer makes a server that is not yet connected; called once now and once for each connection. Its tool
 *   filter, guardrails and other functions run in the handler, so they must not do I/O.
 * @throws Error when the server has `cacheToolsList`, which bypasses the journal
 */
export function durableMcp(
  name: string,
  makeServer: () => MCPServer,
  options: DurableMcpOptions = {},
): MCPServer {
  const server = makeServer();
  if (server.cacheToolsList) {
    throw new Error(
      `MCP server "${name}" has cacheToolsList, whose cache bypasses the journal. Leave it out: durableMcp lists the tools once per run.`,
    );
  }
  const { idleTimeoutMs = 60_000 } = options;
  const steps = new McpSteps(new McpConnection(name, makeServer, idleTimeoutMs), options);
  const durable: MCPServer = {
    name,
    // The SDK's cache is the process's, and would give a replay another list than the journal.
    cacheToolsList: false,
    toolFilter: server.toolFilter,
    toolMetaResolver: server.toolMetaResolver,
    customDataExtractor: server.customDataExtractor,
    toolInputGuardrails: server.toolInputGuardrails,
    toolOutputGuardrails: server.toolOutputGuardrails,
    useStructuredContent: server.useStructuredContent,
    errorFunction: server.errorFunction,
    // The connection is opened inside of the first step that needs it.
    connect: async () => {},
    close: () => steps.connection.close(),
    invalidateToolsCache: async () => {},
    listTools: () => steps.toolsOfRun(),
    callTool: async (tool, args, meta) => {
      const { content, isError } = await steps.call({ tool, args, meta, whole: false });
      // As the SDK's own servers do: beside the content, not in it.
      return Object.defineProperty([...content], "isError", { value: isError });
    },
    callToolResult: async (tool, args, meta) => {
      const result = await steps.call({ tool, args, meta, whole: true });
      const { content, isError, structuredContent, meta: _meta } = result;
      return { content: [...content], isError, structuredContent, _meta };
    },
  };
  declareJournaled(durable);
  return durable;
}

/** The durable steps in which a server is asked. */
class McpSteps {
  readonly connection: McpConnection;
  readonly #options: DurableMcpOptions;
  readonly #lists = new WeakMap<DurableRun, Promise<Tools>>();

  constructor(connection: McpConnection, options: DurableMcpOptions) {
    this.connection = connection;
    this.#options = options;
  }

  toolsOfRun(): Promise<Tools> {
    const run = currentDurableRun();
    if (!run || this.#options.listTools === "each-turn") return this.#list();
    const known = this.#lists.get(run) ?? this.#list();
    this.#lists.set(run, known);
    return known;
  }

  async call(call: McpCall): Promise<WireMcpResult> {
    const answer = await this.#step(call.tool, ({ signal }) => callMcpTool(this.connection, call, signal));
    // Not terminal: the SDK tells the model of it.
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  }

  async #list(): Promise<Tools> {
    const { tools } = await this.#step("list tools", ({ signal }) => listMcpTools(this.connection, signal));
    // The SDK's type names fewer fields than the protocol.
    return tools as unknown as Tools;
  }

  async #step<T>(what: string, action: (step: DurableStep) => Promise<T>): Promise<T> {
    const context = currentDurableContext();
    const { maxRetryAttempts = 3, initialRetryInterval = 500, maxRetryInterval = 30_000 } = this.#options;
    const retries = { maxRetryAttempts, initialRetryInterval, maxRetryInterval };
    try {
      return await context.run(`mcp ${this.connection.name}: ${what}`, action, retries);
    } catch (error) {
      // The SDK makes a message for the model of all that a tool throws.
      currentDurableRun()?.outcome.note(error);
      throw error;
    }
  }
}
