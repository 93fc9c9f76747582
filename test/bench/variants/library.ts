// The library's side: the same agent and model as on the SDK alone, its model calls and its tool's work journaled.

import { type DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent, type ModelProvider } from "@openai/agents-core";
import type { Context } from "@restatedev/restate-sdk";
import { AGENT_NAME, MODEL_NAME, scriptedModels } from "./agents-sdk.ts";
import {
  INSTRUCTIONS,
  lookUp,
  QUESTION,
  type Task,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  toolParameters,
} from "./task.ts";

/** What a measurement wants to know of a run; nothing by default. */
export interface Observer {
  readonly modelCalled: () => void;
  readonly toolStarted: () => void;
}

const unobserved: Observer = { modelCalled: () => {}, toolStarted: () => {} };

/** The run on DurableRunner, to be called in a handler. */
export async function runOnLibrary(
  ctx: Context | DurableContext,
  task: Task,
  { modelProvider, observer = unobserved }: { modelProvider?: ModelProvider; observer?: Observer } = {},
): Promise<string | undefined> {
  const agent = new Agent({
    name: AGENT_NAME,
    model: MODEL_NAME,
    instructions: INSTRUCTIONS,
    tools: [
      durableTool({
        name: TOOL_NAME,
        description: TOOL_DESCRIPTION,
        parameters: toolParameters,
        execute: ({ section }, durable) =>
          durable.run(TOOL_NAME, () => {
            observer.toolStarted();
            return lookUp(section, task.toolMs);
          }),
      }),
    ],
  });
  const runner = new DurableRunner(ctx, {
    modelProvider: modelProvider ?? scriptedModels(task, observer.modelCalled),
  });
  const { finalOutput } = await runner.run(agent, QUESTION, { maxTurns: task.turns + 1 });
  return finalOutput;
}
