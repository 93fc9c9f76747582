import { DurableRunner } from "@holdfast/durable-agents";
import {
  keepLastTurns,
  RestateSession,
  readSession,
  runTurn,
  submitTurn,
} from "@holdfast/durable-agents/sessions";
import { Agent, type AgentInputItem } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";

const assistant = new Agent({
  name: "Assistant",
  instructions: "You help policy holders. Answer briefly.",
  model: "gpt-5-mini",
});

type Message = { message: string };
const chatContract = restate.iface.object("PolicyChat", {
  message: restate.iface.json<Message, string>(),
  interrupt: restate.iface.shared.json<Message, string>(),
  history: restate.iface.shared.json<void, AgentInputItem[]>(),
  clear: restate.iface.json<void, void>(),
});

// One Virtual Object per conversation: its messages run one after the other.
const chat = restate.implement(chatContract, {
  handlers: {
    message: (ctx, { message }) =>
      runTurn(ctx, async () => {
        const session = new RestateSession(ctx, { history: keepLastTurns(20) });
        const result = await new DurableRunner(ctx).run(assistant, message, { session });
        return result.finalOutput ?? "";
      }),

    // Takes the place of the answer that is being written, if there is one.
    interrupt: (ctx, input) => submitTurn(ctx, chatContract, "message", input, "interrupt"),

    history: (ctx) => readSession(ctx),
    clear: (ctx) => new RestateSession(ctx).clearSession(),
  },
  // Long enough for an interruption to reach a model call that is under way.
  options: { enableLazyState: true, inactivityTimeout: { minutes: 3 } },
});

restate.serve({ services: [chat] }); // at port 9080, or PORT
