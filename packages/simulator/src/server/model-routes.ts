/** OpenAI's endpoints. */
import type { FastifyInstance } from "fastify";
import { chatCompletion, chatCompletionChunks } from "../wire/chat-reply.ts";
import { chatBody, fromChatBody } from "../wire/chat-request.ts";
import { response, responseEvents } from "../wire/responses-reply.ts";
import { fromResponsesBody, responsesBody } from "../wire/responses-request.ts";
import { answerCall } from "./answer-call.ts";
import { readBody } from "./api-error.ts";
import type { SimulatorCore } from "./simulator-core.ts";

// Any other name is answered too; this is the one to list.
const MODEL = { id: "simulated-model", object: "model", created: 0, owned_by: "holdfast" };

/** Adds `/v1/responses`, `/v1/chat/completions` and `/v1/models`. */
export function addModelRoutes(app: FastifyInstance, core: SimulatorCore): void {
  app.post("/v1/responses", async (request, reply) => {
    const simulated = fromResponsesBody(readBody(responsesBody, request.body));
    const body = request.body as Record<string, unknown>;
    reply.hijack();
    await answerCall(core, simulated, reply.raw, {
      whole: (final, rendering) => response(final, { ...rendering, body }),
      events: (final, rendering) => responseEvents(final, { ...rendering, body }),
    });
  });

  app.post("/v1/chat/completions", async (request, reply) => {
    const body = readBody(chatBody, request.body);
    const about = { model: body.model, includeUsage: body.stream_options?.include_usage ?? false };
    reply.hijack();
    await answerCall(core, fromChatBody(body), reply.raw, {
      whole: (final, rendering) => chatCompletion(final, { ...rendering, ...about }),
      events: (final, rendering) => chatCompletionChunks(final, { ...rendering, ...about }),
    });
  });

  app.get("/v1/models", () => ({ object: "list", data: [MODEL] }));
  app.get<{ Params: { id: string } }>("/v1/models/:id", (request) => ({ ...MODEL, id: request.params.id }));
}
