// The MCP server of the tests over streamable HTTP, in this process, with sessions that a restart forgets.

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { type EffectFile, mcpServer } from "./mcp-tools.ts";

export class HttpMcpServer {
  readonly #effects: EffectFile;
  readonly #sessions = new Map<string, StreamableHTTPServerTransport>();
  #http: Server | undefined;
  #port = 0;

  constructor(effects: EffectFile) {
    this.#effects = effects;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/mcp`;
  }

  /** Listens, after the first time on the same port again. */
  async start(): Promise<void> {
    const http = createServer((request, response) => void this.#handle(request, response));
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (http.address() as AddressInfo).port;
    this.#http = http;
  }

  /** Cuts all connections and forgets all sessions. */
  async stop(): Promise<void> {
    const http = this.#http;
    this.#http = undefined;
    this.#sessions.clear();
    const closed = new Promise<void>((resolve) => (http ? http.close(() => resolve()) : resolve()));
    http?.closeAllConnections();
    await closed;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers["mcp-session-id"];
    const known = typeof id === "string" ? this.#sessions.get(id) : undefined;
    if (id !== undefined && !known) {
      response.writeHead(404).end();
      return;
    }
    await (known ?? (await this.#open())).handleRequest(request, response);
  }

  async #open(): Promise<StreamableHTTPServerTransport> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void this.#sessions.set(id, transport),
    });
    const server = mcpServer(this.#effects, async () => {
      await this.restart();
      return new Promise<never>(() => {});
    });
    await server.connect(transport);
    return transport;
  }
}
