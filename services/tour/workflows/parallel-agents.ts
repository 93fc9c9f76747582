// ParallelAgents on Restate: three agents read the same text side by side, in one invocation.

import { DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { parallelAgentsContract } from "../contracts.ts";

export function parallelAgentsService({ model, ...models }: AgentModels) {
  const readers = [
    new Agent({ name: "Sentiment", model, instructions: "Tell the sentiment of the text in one word." }),
    new Agent({ name: "Key points", model, instructions: "List the key points of the text." }),
    new Agent({ name: "Summary", model, instructions: "Summarise the text in one sentence." }),
  ];
  return implement(parallelAgentsContract, {
    handlers: {
      run: async (ctx, { message }) => {
        const runner = new DurableRunner(ctx, models);
        const parts = await Promise.all(
          readers.map(async (agent) => `${agent.name}: ${(await runner.run(agent, message)).finalOutput}`),
        );
        return parts.join("\n");
      },
    },
  });
}
