// What a durable run cannot make durable is refused before its first effect, with the remedy in the message.

import type { Agent } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own type for an agent of any context and output
type AnyAgent = Agent<any, any>;

/**
 * @throws TerminalError when the agent, or one it can hand off to, uses what would bypass the journal: a model object
 *   of its own, the SDK's retries or time-outs (they use real timers), or an MCP server
 */
export function refuseUnsupported(agent: AnyAgent, seen = new Set<AnyAgent>()): void {
  if (seen.has(agent)) return;
  seen.add(agent);
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
  if (agent.mcpServers.length > 0) {
    refuse(
      agent,
      "calls MCP servers directly, outside of the journal",
      "Wrap the server's tools with durableTool",
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
  }
  for (const handoff of agent.handoffs) {
    refuseUnsupported("agent" in handoff ? handoff.agent : handoff, seen);
  }
}

function refuse(agent: AnyAgent, what: string, remedy: string): never {
  throw new TerminalError(`Agent "${agent.name}" ${what}. ${remedy}.`);
}
