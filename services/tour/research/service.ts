// ResearchAgent on Restate: a run that takes its time, whose progress anybody may follow meanwhile.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { progress, publishTo } from "@holdfast/durable-agents/progress";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { z } from "zod";
import { researchAgentContract } from "../contracts.ts";

export function researchService(ingressUrl: string, models: AgentModels) {
  const agent = new Agent({
    name: "ResearchAgent",
    model: models.model,
    instructions: "You answer questions after a look into the sources.",
    tools: [
      durableTool({
        name: "read_sources",
        description: "Reads what the sources say about a topic.",
        parameters: z.object({ topic: z.string() }),
        // Made up.
        execute: ({ topic }, ctx) => ctx.run("read sources", () => ({ topic, sources: 3 })),
      }),
    ],
  });
  return implement(researchAgentContract, {
    handlers: {
      run: async (ctx, { message }) => {
        const runner = new DurableRunner(ctx, { ...models, plugins: [progress(publishTo({ ingressUrl }))] });
        return (await runner.run(agent, message)).finalOutput ?? "";
      },
    },
  });
}
