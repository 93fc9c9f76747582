// The gateway as a fastify instance: the one public door to the claims service, and a thin one. It checks what comes
// in, hands it to Restate, and knows nothing by itself.

import { randomUUID } from "node:crypto";
import bearerAuth from "@fastify/bearer-auth";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import { fastifySSE } from "@fastify/sse";
import swagger from "@fastify/swagger";
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from "fastify";
import {
  type FastifyPluginAsyncZod,
  jsonSchemaTransform,
  serializerCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { Claims } from "./claims/claims.ts";
import type { TroubleWatch } from "./claims/trouble-watch.ts";
import { BODY_LIMIT, handleError, handleNotFound } from "./http/error-handler.ts";
import { EventStreams } from "./http/event-streams.ts";
import { logRequest } from "./http/request-log.ts";
import type { RequestTelemetry } from "./http/request-telemetry.ts";
import { parseJsonBody, validatorCompiler } from "./http/validation.ts";
import { claimEvents } from "./routes/claim-events.ts";
import { claimRoutes } from "./routes/claim-routes.ts";
import { operations } from "./routes/operations.ts";
import { runProgress } from "./routes/run-progress.ts";

export interface AppOptions {
  /** Restate's ingress, without a slash at its end. */
  readonly ingressUrl: string;
  /** How long one call of Restate may take, in milliseconds. */
  readonly restateTimeoutMs: number;
  /** The slugs of the coverage plan's categories. */
  readonly categories: readonly string[];
  /** When set, all of /api needs it as bearer token. */
  readonly token?: string | undefined;
  /** Requests of one address to /api. */
  readonly rateLimit: { readonly max: number; readonly windowMs: number };
  /** Addresses or networks of the proxies whose X-Forwarded-For is believed. */
  readonly trustProxy?: readonly string[] | undefined;
  /** Nothing is logged without one. */
  readonly logger?: FastifyBaseLogger | undefined;
  /** No telemetry is emitted without one. */
  readonly telemetry?: RequestTelemetry | undefined;
  /** Claims in trouble are not seen without one. */
  readonly troubleWatch?: TroubleWatch | undefined;
  readonly now?: () => Date;
  /** Of event streams: how often a comment keeps an idle one alive, and how long one poll waits, in milliseconds. */
  readonly events?: { readonly keepAliveMs?: number; readonly pollMs?: number };
}

// Below the half minute or minute after which proxies close an idle connection.
const KEEP_ALIVE_MS = 15_000;
// For a client that sends its request byte by byte.
const REQUEST_TIMEOUT_MS = 30_000;

/** Builds the gateway; it does not listen yet. */
export async function buildApp(options: AppOptions) {
  const app = fastify({
    ...(options.logger ? { loggerInstance: options.logger } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: options.trustProxy ? [...options.trustProxy] : false,
    // Long enough that a wrong id is answered with what is wrong with it.
    routerOptions: { maxParamLength: 1_000 },
    frameworkErrors: handleError,
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, parseJsonBody);
  app.setErrorHandler(handleError);
  app.decorateRequest("claimId", undefined);
  // The first of all, so that those after it work for the request's span.
  options.telemetry?.observe(app);
  app.addHook("onResponse", logRequest);
  letGoWhenClosing(app);

  await app.register(helmet, {
    // It would send a browser that came by http to an https there may not be.
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  });
  await app.register(rateLimit, {
    global: false,
    max: options.rateLimit.max,
    timeWindow: options.rateLimit.windowMs,
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Holdfast gateway", version: "1" },
      ...(options.token !== undefined && {
        components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
        security: [{ bearer: [] }],
      }),
    },
    transform: jsonSchemaTransform,
  });
  await app.register(fastifySSE, { heartbeatInterval: options.events?.keepAliveMs ?? KEEP_ALIVE_MS });

  // Those who look for paths are counted with those who find them.
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, handleNotFound);
  await app.register(operations, { ingressUrl: options.ingressUrl });
  await app.register(api, { prefix: "/api", ...options });
  return app;
}

/** What is answered while the gateway stops must not keep its connection: the end would wait for the client. */
function letGoWhenClosing(app: Pick<FastifyInstance, "addHook" | "server">): void {
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });
  app.addHook("onResponse", async () => {
    if (closing) setImmediate(() => app.server.closeIdleConnections());
  });
}

/** Runs what has no end of its own from when the app is ready until it closes. */
function watchWhileOpen(
  app: Pick<FastifyInstance, "addHook">,
  run: (signal: AbortSignal) => Promise<void>,
): void {
  const closing = new AbortController();
  let ended: Promise<void> | undefined;
  app.addHook("onReady", async () => {
    ended = run(closing.signal);
  });
  app.addHook("onClose", async () => {
    closing.abort();
    await ended;
  });
}

const api: FastifyPluginAsyncZod<AppOptions> = async (app, options) => {
  // Before the token is looked at, so that nobody tries tokens at will.
  app.addHook("onRequest", app.rateLimit());
  if (options.token !== undefined) {
    await app.register(bearerAuth, {
      keys: [options.token],
      addHook: false,
      // Its other value takes the scheme's name in one spelling only.
      specCompliance: "rfc6749",
      verifyErrorLogLevel: "debug",
    });
    app.addHook("onRequest", app.verifyBearerAuth!);
  }
  app.addHook("preHandler", async (request) => {
    const { id } = request.params as { readonly id?: string };
    request.claimId ??= id;
  });
  const claims = new Claims({
    ingressUrl: options.ingressUrl,
    timeoutMs: options.restateTimeoutMs,
    fetch: options.telemetry?.fetch,
  });
  const { troubleWatch } = options;
  if (troubleWatch) watchWhileOpen(app, (signal) => troubleWatch.run(claims, app.log, signal));
  await app.register(claimRoutes, {
    claims,
    troubleWatch,
    categories: options.categories,
    now: options.now ?? (() => new Date()),
  });
  const streams = new EventStreams(app);
  await app.register(claimEvents, { claims, streams, pollMs: options.events?.pollMs });
  await app.register(runProgress, { ingressUrl: options.ingressUrl, streams });
};
