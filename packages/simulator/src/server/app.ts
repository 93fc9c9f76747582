/** The HTTP server: OpenAI's endpoints, health and control. */
import { createHash, timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import { type ApiErrorBody, statusError } from "./api-error.ts";
import { addControlRoutes } from "./control-routes.ts";
import { addModelRoutes } from "./model-routes.ts";
import { InvalidBody } from "./read-body.ts";
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
    return reply
      .code(status)
      .send(errorBody(message, status < 500 ? "invalid_request_error" : "server_error"));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody(`Unknown request URL: ${request.method} ${request.url.split("?")[0]}.`)),
  );
  if (apiKey !== undefined) {
    app.addHook("onRequest", async (request, reply) => {
      if (request.url === "/healthz" || sameSecret(request.headers.authorization ?? "", `Bearer ${apiKey}`))
        return;
      return reply.code(401).send(statusError(401));
    });
  }
  app.get("/healthz", () => ({ status: "ok" }));
  addModelRoutes(app, core);
  addControlRoutes(app, core);
  return app;
}

function errorBody(message: string, type = "invalid_request_error"): ApiErrorBody {
  return { error: { message, type, param: null, code: null } };
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
