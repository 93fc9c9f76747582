// The MCP server of the tests, whatever it is reached by: its tools, whose effects are lines of a file, as the server
// may be a process of its own and die at any time.

import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";

/** Effects of servers, by name. */
export class EffectFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    appendFileSync(path, "");
  }

  /** @returns how often it has happened now */
  hit(name: string): number {
    appendFileSync(this.path, `${name}\n`);
    return this.count(name);
  }

  count(name: string): number {
    return this.lines().filter((line) => line === name).length;
  }

  lines(): string[] {
    return readFileSync(this.path, "utf8").split("\n").slice(0, -1);
  }
}

type ToolWork = (what: string, signal: AbortSignal, key: unknown) => CallToolResult | Promise<CallToolResult>;

const text = (of: string): CallToolResult => ({ content: [{ type: "text", text: of }] });

/** @param die ends the server where it stands */
export function mcpServer(effects: EffectFile, die: () => Promise<never>): Server {
  const tools: Record<string, ToolWork> = {
    look_up: (what) => {
      effects.hit(`look_up ${what}`);
      return text(`found ${what}`);
    },
    price: (what) => {
      effects.hit(`price ${what}`);
      return { ...text(`the price of ${what}`), structuredContent: { usd: 7 }, _meta: { source: "list" } };
    },
    refuse: (what) => {
      effects.hit(`refuse ${what}`);
      return { ...text("the plan is closed"), isError: true };
    },
    invalid: (what) => {
      effects.hit(`invalid ${what}`);
      throw new McpError(ErrorCode.InvalidParams, "what is not a plan");
    },
    fragile: (what, _signal, key) => {
      if (key !== undefined) effects.hit(`key ${what} ${key}`);
      return effects.hit(`fragile ${what}`) === 1 ? die() : text(`survived ${what}`);
    },
    hang: async (what, signal) => {
      if (effects.hit(`hang ${what}`) > 1 && what.endsWith("once")) return text("went on");
      await setTimeout(60_000, undefined, { signal }).catch(() => effects.hit(`gave up ${what}`));
      return text("too late");
    },
  };
  const server = new Server({ name: "plans", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => {
    effects.hit("list");
    const inputSchema = {
      type: "object" as const,
      properties: { what: { type: "string" } },
      required: ["what"],
    };
    return {
      tools: [...Object.keys(tools), "gone"].map((name) => ({
        name,
        description: `Does ${name}`,
        inputSchema,
      })),
    };
  });
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) => {
    const work = tools[params.name];
    if (!work) throw new McpError(ErrorCode.MethodNotFound, `there is no tool ${params.name}`);
    return work(String(params.arguments?.what), signal, params._meta?.key);
  });
  return server;
}
