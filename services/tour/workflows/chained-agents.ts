// ChainedAgents on Restate: each agent works on what the one before it wrote.

import { DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { chainedAgentsContract } from "../contracts.ts";

export function chainedAgentsService({ model, ...models }: AgentModels) {
  const chain = [
    new Agent({ name: "Outliner", model, instructions: "Outline an answer in a few points." }),
    new Agent({ name: "Drafter", model, instructions: "Write a text from the outline." }),
    new Agent({ name: "Polisher", model, instructions: "Polish the text. Answer with the text alone." }),
  ];
  return implement(chainedAgentsContract, {
    handlers: {
      run: async (ctx, { message }) => {
        const runner = new DurableRunner(ctx, models);
        let text = message;
        for (const agent of chain) text = (await runner.run(agent, text)).finalOutput ?? "";
        return text;
      },
    },
  });
}
