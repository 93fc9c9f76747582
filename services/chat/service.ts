// Chat on Restate: one Virtual Object per session, whose state is the conversation.

import { chatContract } from "@holdfast/contracts";
import { DurableRunner, RestateSession, readSession } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { implement } from "@restatedev/restate-sdk";
import { chatAgent } from "./agent.ts";
import { toMessages } from "./messages.ts";

/** @param lastTurns how many turns of the conversation the model is sent */
export function chatService(models: AgentModels, lastTurns: number) {
  const agent = chatAgent(models.model);
  return implement(chatContract, {
    handlers: {
      message: async (ctx, { message }) => {
        const session = new RestateSession(ctx, { lastTurns });
        const { finalOutput } = await new DurableRunner(ctx, models).run(agent, message, { session });
        return finalOutput ?? "";
      },
      get_history: async (ctx) => toMessages(await readSession(ctx)),
      clear: async (ctx) => new RestateSession(ctx).clearSession(),
    },
    // Without it Restate would send the whole conversation with each message.
    options: { enableLazyState: true },
  });
}
