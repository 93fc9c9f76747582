// Chat on Restate: one Virtual Object per session, whose state is the conversation.

import { chatContract } from "@holdfast/contracts";
import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import {
  keepLastTurns,
  RestateSession,
  readSession,
  runTurn,
  submitTurn,
} from "@holdfast/durable-agents/sessions";
import { recordOnce } from "@holdfast/durable-agents/telemetry";
import { recordMetric } from "@holdfast/service-kit/metrics";
import type { AgentModels } from "@holdfast/service-kit/models";
import { METRIC } from "@holdfast/service-kit/registry";
import { implement, type ObjectContext } from "@restatedev/restate-sdk";
import { chatAgent } from "./agent.ts";
import { toMessages } from "./messages.ts";

/** @param lastTurns how many turns of the conversation the model is sent */
export function chatService(models: AgentModels, lastTurns: number) {
  const agent = chatAgent(models.model);
  const answer = async (ctx: ObjectContext, message: string) => {
    // It decides how much of the conversation is read, and is a setting.
    const current = () => lastTurns;
    const turnsSent = await DurableContext.from(ctx).runPatched("pin settings", current, current);
    const session = new RestateSession(ctx, { history: keepLastTurns(turnsSent) });
    const runner = new DurableRunner(ctx, { ...models, groupId: ctx.key });
    const { finalOutput } = await runner.run(agent, message, { session });
    const { turns } = session;
    if (turns !== undefined) recordOnce(ctx, () => recordMetric(METRIC.sessionTurns, turns));
    return finalOutput ?? "";
  };
  return implement(chatContract, {
    handlers: {
      message: (ctx, { message }) => runTurn(ctx, () => answer(ctx, message)),
      submit: (ctx, { ifBusy, ...message }) => submitTurn(ctx, chatContract, "message", message, ifBusy),
      get_history: async (ctx) => toMessages(await readSession(ctx)),
      clear: (ctx) => new RestateSession(ctx).clearSession(),
    },
    // Without it Restate would send the whole conversation with each message.
    options: { enableLazyState: true },
  });
}
