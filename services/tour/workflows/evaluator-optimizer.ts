// EvaluatorOptimizer on Restate: one agent writes, one evaluates, until it is good or has been written often enough.

import { DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { z } from "zod";
import { evaluatorOptimizerContract } from "../contracts.ts";

const MAX_ROUNDS = 3;

export function evaluatorOptimizerService({ model, ...models }: AgentModels) {
  const writer = new Agent({
    name: "Writer",
    model,
    instructions: "Answer. Heed the feedback, if there is any.",
  });
  const evaluator = new Agent({
    name: "Evaluator",
    model,
    instructions: "Tell whether the answer is good, and if it is not, what to do better.",
    outputType: z.object({ good: z.boolean(), feedback: z.string() }),
  });
  return implement(evaluatorOptimizerContract, {
    handlers: {
      run: async (ctx, { message }) => {
        const runner = new DurableRunner(ctx, models);
        let request = message;
        for (let round = 1; ; round++) {
          const answer = (await runner.run(writer, request)).finalOutput ?? "";
          if (round === MAX_ROUNDS) return answer;
          const verdict = (await runner.run(evaluator, `Request: ${message}\nAnswer: ${answer}`)).finalOutput;
          if (verdict?.good) return answer;
          request = `Request: ${message}\nYour last answer: ${answer}\nFeedback: ${verdict?.feedback ?? ""}`;
        }
      },
    },
  });
}
