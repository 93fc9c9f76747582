// The library's side: the same agent and model as on the SDK alone, its model calls and its tool's work journaled.

import { type DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent, type ModelProvider } from "@openai/agents-core";
import type { Context } from "@restatedev/restate-sdk";
import { AGENT_NAME, scriptedModels } from "./agents-sdk.ts";
import type { Feature } from "./features.ts";
import { type Observer, unobserved } from "./observer.ts";
import {
  INSTRUCTIONS,
  lookUp,
  MODEL_NAME,
  questionOf,
  type Task,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  toolParameters,
} from "./task.ts";

interface LibraryOptions {
  /** The task's, in this process, when left out. */
  readonly modelProvider?: ModelProvider | undefined;
  /** Which model the agent asks for. */
  readonly model?: string;
  readonly observer?: Observer | undefined;
  /** What is switched on; nothing by default. */
  readonly feature?: Feature | undefined;
}

/** The run on DurableRunner, to be called in a handler. */
export async function runOnLibrary(
  ctx: Context | DurableContext,
  task: Task,
  { modelProvider, model = MODEL_NAME, observer = unobserved, feature = {} }: LibraryOptions = {},
): Promise<string | undefined> {
  const agent = new Agent({
    name: AGENT_NAME,
    model,
    instructions: INSTRUCTIONS,
    tools: [
      durableTool({
        name: TOOL_NAME,
        description: TOOL_DESCRIPTION,
        parameters: toolParameters,
        ...feature.tool,
        execute: ({ section }, durable) =>
          durable.run(TOOL_NAME, () => {
            observer.toolStarted();
            return lookUp(section, task.toolMs);
          }),
      }),
    ],
  });
  const runner = new DurableRunner(ctx, {
    ...feature.runner,
    modelProvider: modelProvider ?? scriptedModels(task, observer),
  });
  const { finalOutput } = await runner.run(agent, questionOf(task), { maxTurns: task.turns + 1 });
  return finalOutput;
}
