// Everything of the Agents SDK that this library uses beyond its documented surface. agents-sdk.test.ts fails, with the remedy,
// on a version of the SDK that has changed it.

import { Agent, type Tool, tool } from "@openai/agents-core";
import {
  hasDynamicFunctionToolApprovalPolicy,
  prepareFunctionToolInput,
} from "@openai/agents-core/utils/internal";
import { z } from "zod";
import type { FunctionTool } from "./plugin.ts";

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own type for an agent of any context and output
export type AnyAgent = Agent<any, any>;

type ToolsOf = (agent: AnyAgent, tools: () => Promise<Tool[]>) => Promise<Tool[]>;

let installed = false;

/**
 * Lets `replace` change the tools of every agent where it gives them to its runner. The SDK has no hook around tool calls that
 * also reaches the tools of an agent used as a tool. Needed once; further calls do nothing.
 */
export function replaceTools(replace: ToolsOf): void {
  if (installed) return;
  installed = true;
  const original = Agent.prototype.getAllTools;
  Agent.prototype.getAllTools = function (this: AnyAgent, ...args) {
    return replace(this, () => original.apply(this, args));
  };
}

/**
 * The SDK's own `needsApproval: false`. It knows the policies that it made itself of `true` and `false`; one that it does not
 * know interrupts the run at arguments that are no JSON object, whatever it says.
 */
export const neverApproved: FunctionTool["needsApproval"] = tool({
  name: "never",
  description: "",
  parameters: z.object({}),
  needsApproval: false,
  execute: () => "",
}).needsApproval;

/** Whether a tool's `needsApproval` is a function of the arguments, and not the SDK's own of `true` or `false`. */
export function decidesByArguments(functionTool: FunctionTool): boolean {
  return hasDynamicFunctionToolApprovalPolicy(functionTool);
}

/** The arguments of a call, or why they are none of the tool's. */
export type ReadArguments =
  | { readonly success: true; readonly value: unknown }
  | { readonly success: false; readonly error: unknown };

/** The arguments as the tool's own parser reads them; undefined for a tool that the SDK did not make. */
export function parsedArguments(functionTool: FunctionTool, input: string): ReadArguments | undefined {
  return prepareFunctionToolInput(functionTool, input)?.result;
}
