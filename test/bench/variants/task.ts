// The one run that every variant does: `turns` times the model calls one tool, then it answers.

import { setTimeout } from "node:timers/promises";
import { z } from "zod";

/** A run to do. Handlers take it as their input. */
export interface Task {
  /** Turns with a tool call, before the one with the answer. */
  readonly turns: number;
  /** How long the model thinks, in milliseconds; not at all when 0. */
  readonly modelMs: number;
  /** How many tools the model calls in each turn. */
  readonly toolsPerTurn: number;
  /** How long a tool works, in milliseconds; not at all when 0. */
  readonly toolMs: number;
  /** Tells runs apart whose model is shared. */
  readonly run?: string;
  /** Whether the model says a sentence with each of its tool calls, as some do; of the Agents SDK's model only. */
  readonly talks?: boolean;
}

export const MODEL_NAME = "scripted";
export const INSTRUCTIONS = "You assess insurance claims. Look up what you need with your tool, then answer.";
const QUESTION = "Is claim C-1042 covered, and up to which amount?";
export const REMARK = "I will look up the section of the policy that covers this kind of treatment.";
export const ANSWER = "The claim is covered. The plan pays 80 % of the bill, up to 5,000 dollars.";

export const TOOL_NAME = "look_up_policy";
export const TOOL_DESCRIPTION = "Looks up one section of a policy";
export const toolParameters = z.object({ policy: z.string(), section: z.string() });

/** What the user asks. */
export function questionOf({ run }: Task): string {
  return run === undefined ? QUESTION : `${QUESTION} (${run})`;
}

/** The arguments of a tool call, as a model writes them. */
export function toolArguments(turn: number, call: number): string {
  return JSON.stringify({ policy: "P-77-3120", section: `${turn}.${call}` });
}

/** The tool's work: some text of a policy. */
export async function lookUp(section: string, toolMs: number): Promise<string> {
  if (toolMs > 0) await setTimeout(toolMs);
  return `Section ${section}: outpatient treatment is covered at 80 % of the bill after a deductible of 200 dollars.`;
}

/** The model's thinking. */
export async function think(modelMs: number): Promise<void> {
  if (modelMs > 0) await setTimeout(modelMs);
}

/** Tokens of a reply; plausible, and the same for every variant. */
export const USAGE = { input: 412, output: 31 } as const;
