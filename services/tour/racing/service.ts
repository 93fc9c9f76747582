// RacingAgent on Restate: two agents, each an invocation of its own; the first answer counts, the other is cancelled.

import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import { raceAgents } from "@holdfast/durable-agents/remote-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { quickAgentContract, racingAgentContract, thoroughAgentContract } from "../contracts.ts";

export function racingServices(models: AgentModels) {
  const { model } = models;
  const quick = new Agent({ name: "QuickAgent", model, instructions: "Answer in one short sentence." });
  const drafter = new Agent({ name: "ThoroughAgent", model, instructions: "Draft a thorough answer." });
  const reviser = new Agent({ name: "ThoroughAgent reviser", model, instructions: "Revise the draft." });
  return [
    implement(racingAgentContract, {
      handlers: {
        run: async (restate, input) => {
          const ctx = DurableContext.from(restate);
          const { winner, result } = await raceAgents(ctx, {
            quick: ctx.client(quickAgentContract).run(input),
            thorough: ctx.client(thoroughAgentContract).run(input),
          });
          return `${winner}: ${result}`;
        },
      },
    }),
    implement(quickAgentContract, {
      handlers: {
        run: async (ctx, { message }) =>
          (await new DurableRunner(ctx, models).run(quick, message)).finalOutput ?? "",
      },
    }),
    implement(thoroughAgentContract, {
      handlers: {
        run: async (ctx, { message }) => {
          const runner = new DurableRunner(ctx, models);
          const { history } = await runner.run(drafter, message);
          return (await runner.run(reviser, history)).finalOutput ?? "";
        },
      },
    }),
  ];
}
