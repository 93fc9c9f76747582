// One connection to an MCP server for the whole process, used from inside of durable steps: opened when it is first
// needed, opened anew when it broke, closed when it has not been used for a while.

import type { MCPServer } from "@openai/agents-core";
import { classifyMcpError, McpConnectError } from "./mcp-errors.ts";

export class McpConnection {
  readonly name: string;
  readonly #make: () => MCPServer;
  readonly #idleTimeoutMs: number;
  readonly #retired = new Set<Promise<void>>();
  #current: OpenServer | undefined;
  #idle: NodeJS.Timeout | undefined;

  /**
   * @param name what messages call the server
   * @param make makes a new server of the Agents SDK, which is not yet connected
   */
  constructor(name: string, make: () => MCPServer, idleTimeoutMs: number) {
    this.name = name;
    this.#make = make;
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  /**
   * Works with the server. A connection that turns out to be broken is thrown away; when the server cannot have seen
   * the request, as after its restart, the work is tried once more on a new one.
   *
   * @param signal aborted when nobody waits for the work any more, which says nothing of the connection
   */
  async use<T>(work: (server: MCPServer) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let reused = this.#current !== undefined; ; reused = false) {
      this.#current ??= new OpenServer(this.#make());
      const server = this.#current;
      clearTimeout(this.#idle);
      try {
        return await server.use(work);
      } catch (error) {
        const found = classifyMcpError(error);
        if (signal.aborted || found.kind === "answered") throw error;
        this.#retire(server);
        if (!(reused && found.kind === "retryable" && found.unsent)) throw error;
      } finally {
        if (this.#current?.isIdle) this.#closeWhenIdle();
      }
    }
  }

  /** Closes the connection, after the calls under way. The next use opens another one. */
  async close(): Promise<void> {
    if (this.#current) this.#retire(this.#current);
    await Promise.all(this.#retired);
  }

  #closeWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.close(), this.#idleTimeoutMs).unref();
  }

  #retire(server: OpenServer): void {
    if (this.#current === server) {
      this.#current = undefined;
      clearTimeout(this.#idle);
    }
    const closed = server.retire();
    this.#retired.add(closed);
    void closed.then(() => this.#retired.delete(closed));
  }
}

/** A server with the calls that are under way on it. */
class OpenServer {
  readonly #server: MCPServer;
  readonly #connected: Promise<void>;
  readonly #uses = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(server: MCPServer) {
    this.#server = server;
    this.#connected = server.connect().catch((error: unknown) => {
      throw new McpConnectError(error);
    });
    // Each user learns of it by its own await.
    this.#connected.catch(() => {});
  }

  get isIdle(): boolean {
    return this.#uses.size === 0;
  }

  async use<T>(work: (server: MCPServer) => Promise<T>): Promise<T> {
    const use = this.#connected.then(() => work(this.#server));
    this.#uses.add(use);
    try {
      return await use;
    } finally {
      this.#uses.delete(use);
    }
  }

  /** Closes it once the last call on it has ended: another call may still be answered. */
  retire(): Promise<void> {
    // What a broken connection says at its end helps nobody.
    this.#closed ??= Promise.allSettled(this.#uses)
      .then(() => this.#server.close())
      .catch(() => {});
    return this.#closed;
  }
}
