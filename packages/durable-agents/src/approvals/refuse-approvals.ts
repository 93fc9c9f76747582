// Approvals that nobody could give are refused before the model is asked anything, with the remedy in the message.

import type { Tool } from "@openai/agents-core";
// Tells `needsApproval: true` from a function, which is an answer only for the arguments of a call. The SDK opens this
// to runners other than its own.
import { hasDynamicFunctionToolApprovalPolicy } from "@openai/agents-core/utils/internal";
import { TerminalError } from "@restatedev/restate-sdk";
import type { FunctionTool } from "../agents/tools/tool-calls.ts";
import type { Approvals } from "./approvals.ts";

/** What a tool that needs an approval ends a run with that has no {@link Approvals}. */
export function nobodyToAsk(agent: string, tool: Pick<FunctionTool, "name">): TerminalError {
  return new TerminalError(
    `Agent "${agent}" has a tool "${tool.name}" that needs an approval, and nobody is asked for it. ` +
      "Give DurableRunner the option approvals, with a request callback.",
  );
}

/**
 * @throws TerminalError when one of the tools that an agent offers now needs an approval for each call and nobody can
 *   be asked, or is of a kind whose approvals would interrupt the run
 */
export async function refuseApprovals(
  agent: string,
  tools: readonly Tool[],
  approvals: Approvals | undefined,
): Promise<void> {
  for (const tool of tools) {
    if (tool.type === "function") {
      const known = !hasDynamicFunctionToolApprovalPolicy(tool);
      if (!approvals && known && (await alwaysNeeded(tool.needsApproval))) throw nobodyToAsk(agent, tool);
    } else if (interrupts(tool) && (await alwaysNeeded(tool.needsApproval))) {
      throw new TerminalError(
        `Agent "${agent}" has a ${tool.type} tool "${tool.name}" with needsApproval, which would interrupt the run. ` +
          "Do its work in a durableTool with needsApproval, or give it onApproval where it takes one.",
      );
    }
  }
}

type InterruptingTool = Exclude<Tool, { type: "function" | "hosted_tool" }>;

function interrupts(tool: Tool): tool is InterruptingTool {
  if (tool.type === "function" || tool.type === "hosted_tool") return false;
  return !("onApproval" in tool && tool.onApproval !== undefined);
}

// The SDK makes a function without parameters of `true` and `false`. One that looks at the call may always say yes.
async function alwaysNeeded(policy: (...call: never[]) => Promise<boolean>): Promise<boolean> {
  return policy.length > 0 || policy();
}
