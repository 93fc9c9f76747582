/** The HTTP server: OpenAI's endpoints, health and control. */
import { timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import { hashOf } from "../ids.ts";
import { errorBody, InvalidBody, statusError } from "./api-error.ts";
import { addControlRoutes } from "./control-routes.ts";
import { addModelRoutes } from "./model-routes.ts";
import type { SimulatorCore } from "./simulator-core.ts";

// Long conversations with documents in them are still no reason to refuse a call.
const BODY_LIMIT = 32 * 1024 * 1024;

/**
 * Builds the server; it does not listen yet.
 *
 * @param apiKey when given, every request but the health check must carry it as bearer token
 */
export function buildApp(core: SimulatorCore, apiKey?: string): FastifyInstance {
  // Closing must not wait for replies that hang on purpose.
  const app = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof InvalidBody) return reply.code(400).send(error.body);
    const status = error.statusCode ?? 500;
    // The parser's own message quotes the body.
    const message = status === 400 ? "The body is not valid JSON." : error.message;
    return reply.code(status).send(errorBody(message, status < 500 ? undefined : "server_error"));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody(`Unknown request URL: ${request.method} ${request.url.split("?")[0]}.`)),
  );
  const digest = (text = ""): Buffer => Buffer.from(hashOf(text));
  app.addHook("onRequest", async ({ url, headers }, reply) => {
    if (apiKey === undefined || url === "/healthz") return;
    if (timingSafeEqual(digest(headers.authorization), digest(`Bearer ${apiKey}`))) return;
    return reply.code(401).send(statusError(401));
  });
  app.get("/healthz", () => ({ status: "ok" }));
  addModelRoutes(app, core);
  addControlRoutes(app, core);
  return app;
}
