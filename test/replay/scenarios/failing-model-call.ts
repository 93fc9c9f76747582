// A model that fails twice before it answers, each attempt and each wait between them in the journal; asked again, it
// fails for good.

import { DurableRunner } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

export function scenario(): Scenario {
  let calls = 0;
  const models = scriptedModels(() => {
    calls++;
    if (calls !== 3) throw new Error("the model is not there");
    return "answered at last";
  });
  const agent = new Agent({ name: "Patient", instructions: "Answer.", model: "a-model" });
  const patients = service({
    name: "Patients",
    handlers: {
      run: async (ctx: Context, input: string) => {
        const runner = new DurableRunner(ctx, {
          modelProvider: models,
          initialRetryInterval: 1,
          maxRetryInterval: 5,
        });
        const first = await runner.run(agent, input);
        const second = await runner.run(agent, input).catch((error: Error) => error);
        return [first.finalOutput, second instanceof Error ? second.message : "no error"];
      },
    },
  });
  return {
    services: [patients],
    drive: async (restate) => {
      await restate.call("Patients", "run", "Are you there?");
    },
  };
}
