// The MCP server of mcp.ts: one tool, over standard input and output.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "plans", version: "1.0.0" });
server.registerTool(
  "look_up_plan",
  { description: "What a health plan covers.", inputSchema: { plan: z.string() } },
  async ({ plan }) => ({ content: [{ type: "text", text: `${plan} covers hospital stays, not dentists.` }] }),
);
await server.connect(new StdioServerTransport());
