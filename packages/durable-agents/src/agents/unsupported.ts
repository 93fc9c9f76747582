// Refuses what a durable run cannot make durable, before its first effect and with the remedy in the message.

import { Agent, type HostedTool, type MCPServer, type Tool } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import type { AnyAgent } from "./agents-sdk.ts";
import { alwaysNeeded } from "./tools/approval-policy.ts";

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
  const refuseIf = (isRefused: boolean, what: string, remedy: string) => {
    if (isRefused) throw new TerminalError(`Agent "${agent.name}" ${what}. ${remedy}.`);
  };
  // Its tools and its models would be those of that copy, of which nothing here knows.
  refuseIf(
    !(agent instanceof Agent),
    "was made by another copy of @openai/agents-core than this library's",
    "Install one version of it, once: `npm ls @openai/agents-core` tells who brings which",
  );
  refuseIf(
    typeof agent.model !== "string",
    "has a model object of its own, whose calls would not be journaled",
    "Give the agent a model's name, and DurableRunner a modelProvider",
  );
  refuseIf(
    agent.modelSettings.retry !== undefined,
    "sets modelSettings.retry, which waits on real timers",
    "Use DurableRunner's maxRetryAttempts",
  );
  refuseIf(
    agent.modelSettings.timeoutMs !== undefined,
    "sets modelSettings.timeoutMs, which is a real timer",
    "Set timeoutMs of openAIModels",
  );
  // Without the server's name, which may be its URL with a key in it.
  refuseIf(
    !agent.mcpServers.every((server) => journaled.has(server)),
    "calls an MCP server directly, outside of the journal",
    "Wrap the server with durableMcp(name, () => server)",
  );
  for (const tool of agent.tools) {
    refuseIf(
      tool.type === "function" && tool.timeoutMs !== undefined,
      `has a tool "${tool.name}" with timeoutMs, which is a real timer`,
      "Race the tool's work with ctx.sleep",
    );
    refuseIf(
      tool.type === "hosted_tool" && interruptsAtApi(tool),
      "has a hosted MCP tool that requires approvals, which would interrupt the run",
      'Give it onApproval, which is asked in place, or requireApproval "never"',
    );
  }
  for (const handoff of agent.handoffs) {
    refuseUnsupported("agent" in handoff ? handoff.agent : handoff, seen);
  }
}

// Its policy stands only in what is sent to the API.
function interruptsAtApi({ providerData }: HostedTool): boolean {
  if (providerData?.type !== "mcp") return false;
  return providerData.require_approval !== "never" && providerData.on_approval === undefined;
}

/** @throws TerminalError when a tool that an agent offers is of a kind whose approvals would interrupt the run */
export async function refuseInterruptions(agent: string, tools: readonly Tool[]): Promise<void> {
  for (const tool of tools) {
    if (tool.type === "function" || tool.type === "hosted_tool") continue;
    if ("onApproval" in tool && tool.onApproval !== undefined) continue;
    if (await alwaysNeeded(tool.needsApproval)) {
      throw new TerminalError(
        `Agent "${agent}" has a ${tool.type} tool "${tool.name}" with needsApproval, which would interrupt the run. ` +
          "Do its work in a durableTool with needsApproval, or give it onApproval where it takes one.",
      );
    }
  }
}
