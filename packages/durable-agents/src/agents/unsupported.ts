// Refuses what a durable run cannot make durable, before its first effect and with the remedy in the message.

import { Agent, type HostedTool, type MCPServer } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import type { AnyAgent } from "./agents-sdk.ts";

const journaled = new WeakSet<MCPServer>();

/** Declares that all calls of an MCP server go through the journal. */
export function declareJournaled(server: MCPServer): void {
  journaled.add(server);
}

/**
 * @throws TerminalError when the agent, or one it can hand off to, uses what would bypass the journal: a model object
 *   of its own, the SDK's retries or time-outs (they use real timers), or an MCP server that is not wrapped; or hosted
 *   MCP tools whose approvals would unwind the run; or was made by another copy of the SDK
 */
export function refuseUnsupported(agent: AnyAgent, seen = new Set<AnyAgent>()): void {
  if (seen.has(agent)) return;
  seen.add(agent);
  // Its tools and its models would be those of that copy, of which nothing here knows.
  if (!(agent instanceof Agent)) {
    refuse(
      agent,
      "was made by another copy of @openai/agents-core than this library's",
      "Install one version of it, once: `npm ls @openai/agents-core` tells who brings which",
    );
  }
  if (typeof agent.model !== "string") {
    refuse(
      agent,
      "has a model object of its own, whose calls would not be journaled",
      "Give the agent a model's name, and DurableRunner a modelProvider",
    );
  }
  if (agent.modelSettings.retry) {
    refuse(
      agent,
      "sets modelSettings.retry, which waits on real timers",
      "Use DurableRunner's maxRetryAttempts",
    );
  }
  if (agent.modelSettings.timeoutMs !== undefined) {
    refuse(agent, "sets modelSettings.timeoutMs, which is a real timer", "Set timeoutMs of openAIModels");
  }
  // Without the server's name, which may be its URL with a key in it.
  if (!agent.mcpServers.every((server) => journaled.has(server))) {
    refuse(
      agent,
      "calls an MCP server directly, outside of the journal",
      "Wrap the server with durableMcp(name, () => server)",
    );
  }
  for (const tool of agent.tools) {
    if (tool.type === "function" && tool.timeoutMs !== undefined) {
      refuse(
        agent,
        `has a tool "${tool.name}" with timeoutMs, which is a real timer`,
        "Race the tool's work with ctx.sleep",
      );
    }
    if (tool.type === "hosted_tool" && interrupts(tool)) {
      refuse(
        agent,
        `has a hosted MCP tool that requires approvals, which would interrupt the run`,
        `Give it onApproval, which is asked in place, or requireApproval "never"`,
      );
    }
  }
  for (const handoff of agent.handoffs) {
    refuseUnsupported("agent" in handoff ? handoff.agent : handoff, seen);
  }
}

// Its policy stands only in what is sent to the API.
function interrupts({ providerData }: HostedTool): boolean {
  if (providerData?.type !== "mcp") return false;
  return providerData.require_approval !== "never" && providerData.on_approval === undefined;
}

function refuse(agent: AnyAgent, what: string, remedy: string): never {
  throw new TerminalError(`Agent "${agent.name}" ${what}. ${remedy}.`);
}
