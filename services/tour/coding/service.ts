// CodingAgent on Restate: a message that comes while it works cancels the work. What was begun is cleaned up, and the
// new work knows both messages.

import { DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Compensations } from "@holdfast/durable-agents/sagas";
import { RestateSession, runTurn, submitTurn } from "@holdfast/durable-agents/sessions";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { z } from "zod";
import { codingAgentContract } from "../contracts.ts";
import type { Workspaces } from "./workspaces.ts";

export function codingService(workspaces: Workspaces, models: AgentModels) {
  const codingAgent = (workspace: string) =>
    new Agent({
      name: "CodingAgent",
      model: models.model,
      instructions: "You write code. Write what was asked for last; what was asked for before still holds.",
      tools: [
        durableTool({
          name: "build",
          description: "Writes the code and runs its tests.",
          parameters: z.object({ code: z.string() }),
          execute: (_code, ctx) => ctx.run("build", () => workspaces.build(workspace)),
        }),
      ],
    });
  return implement(codingAgentContract, {
    handlers: {
      message: (ctx, input) => submitTurn(ctx, codingAgentContract, "work", input, "interrupt"),
      work: (restate, { message }) => {
        const ctx = DurableContext.from(restate);
        return runTurn(ctx, async () => {
          const workspace = ctx.rand.uuidv4();
          const remove = () => workspaces.remove(workspace);
          const answer = await Compensations.protect(ctx, async (cleanup) => {
            cleanup.add("remove workspace", remove);
            await ctx.run("create workspace", () => workspaces.create(workspace));
            const session = new RestateSession(ctx);
            const runner = new DurableRunner(ctx, models);
            return (await runner.run(codingAgent(workspace), message, { session })).finalOutput ?? "";
          });
          await ctx.run("remove workspace", remove);
          return answer;
        });
      },
    },
    options: { enableLazyState: true, handlers: { work: { ingressPrivate: true } } },
  });
}
