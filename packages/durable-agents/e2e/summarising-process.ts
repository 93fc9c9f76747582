// A conversation that is summarised, in a process of its own, which a test can kill.

import { createServer } from "node:http2";
import { Agent } from "@openai/agents-core";
import {
  createEndpointHandler,
  handlers,
  type ObjectContext,
  type ObjectSharedContext,
  object,
} from "@restatedev/restate-sdk";
import { DurableRunner, openAIModels } from "../src/index.ts";
import { RestateSession, readSession, summarise } from "../src/sessions/index.ts";

const agent = new Agent({ name: "Chat", instructions: "chat", model: "a-model" });
const modelProvider = openAIModels({ apiKey: "none", baseURL: process.env.MODEL_URL });

const chats = object({
  name: "Chats",
  handlers: {
    message: async (ctx: ObjectContext, text: string) => {
      const session = new RestateSession(ctx, {
        history: summarise({ keepTurns: 2, after: 4, model: "a-small-model" }),
      });
      return (await new DurableRunner(ctx, { modelProvider }).run(agent, text, { session })).finalOutput;
    },
    history: handlers.object.shared((ctx: ObjectSharedContext) => readSession(ctx)),
  },
  options: { enableLazyState: true },
});

const server = createServer(createEndpointHandler({ services: [chats], logger: () => {} }));
server.listen(Number(process.env.PORT), "127.0.0.1", () =>
  console.log(`listening url=http://127.0.0.1:${process.env.PORT}`),
);
process.once("SIGTERM", () => process.exit(0));
