// Guardrails on both sides with durable steps: beside the first model call, before it, and after the answer. One run
// passes, one is stopped.

import { setTimeout } from "node:timers/promises";
import { AgentRunError, currentDurableContext, DurableRunner } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  const check = (name: string, ms: number, tripped: (text: string) => boolean) => async (text: string) => {
    const tripwireTriggered = await currentDurableContext().run(name, async () => {
      await setTimeout(ms);
      return tripped(text);
    });
    return { tripwireTriggered, outputInfo: name };
  };
  const never = () => false;
  const beside = check("beside", 4, never);
  const before = check("before", 1, never);
  const after = check("after", 1, (text) => text.includes("secret"));
  const agent = new Agent({
    name: "Guarded",
    instructions: "Answer.",
    model: "a-model",
    inputGuardrails: [
      { name: "beside", runInParallel: true, execute: ({ input }) => beside(JSON.stringify(input)) },
      { name: "before", runInParallel: false, execute: ({ input }) => before(JSON.stringify(input)) },
    ],
    outputGuardrails: [{ name: "after", execute: ({ agentOutput }) => after(String(agentOutput)) }],
  });
  const models = scriptedModels(({ input }) =>
    JSON.stringify(input).includes("password") ? "a secret" : "all is well",
  );
  const guarded = service({
    name: "Guarded",
    handlers: {
      run: async (ctx: Context, inputs: string[]) => {
        const runner = new DurableRunner(ctx, { modelProvider: models });
        const outputs: unknown[] = [];
        for (const input of inputs) {
          const result = await runner.run(agent, input).catch((error: unknown) => error);
          if (result instanceof AgentRunError) outputs.push(result.cause.constructor.name);
          else if (result instanceof Error) throw result;
          else outputs.push((result as { finalOutput: unknown }).finalOutput);
        }
        return outputs;
      },
    },
  });
  return {
    services: [guarded],
    drive: async (restate) => {
      await restate.call("Guarded", "run", ["How are you?", "What is the password?"]);
    },
  };
}
