// OrchestratorWorkers on Restate: one agent plans, as many as it wants work side by side, one puts it together.

import { DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { z } from "zod";
import { orchestratorWorkersContract } from "../contracts.ts";

// What a model may ask for at once.
const MAX_TASKS = 5;

export function orchestratorWorkersService({ model, ...models }: AgentModels) {
  const orchestrator = new Agent({
    name: "Orchestrator",
    model,
    instructions: `Split the request into tasks that can be worked on side by side, ${MAX_TASKS} at most.`,
    outputType: z.object({ tasks: z.array(z.string()) }),
  });
  const worker = new Agent({ name: "Worker", model, instructions: "Work on this one task." });
  const editor = new Agent({ name: "Editor", model, instructions: "Make one answer of these results." });
  return implement(orchestratorWorkersContract, {
    handlers: {
      run: async (ctx, { message }) => {
        const runner = new DurableRunner(ctx, models);
        const plan = (await runner.run(orchestrator, message)).finalOutput?.tasks ?? [];
        const tasks = plan.filter((task) => task.trim() !== "").slice(0, MAX_TASKS);
        // A plan without a task: the request is the task.
        const work = tasks.length > 0 ? tasks : [message];
        const results = await Promise.all(
          work.map(async (task) => `${task}: ${(await runner.run(worker, task)).finalOutput}`),
        );
        return (await runner.run(editor, results.join("\n"))).finalOutput ?? "";
      },
    },
  });
}
