// `@holdfast/durable-agents/mcp`: MCP servers whose tool lists and calls are durable steps.

export { type DurableMcpOptions, durableMcp } from "./durable-mcp.ts";
