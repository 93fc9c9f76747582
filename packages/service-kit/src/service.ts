// The life of a service process: boot, serve, drain.

import type { NodeEndpointOptions } from "@restatedev/restate-sdk";
import type { z } from "zod";
import { Drain } from "./drain.ts";
import { parseEnvOrExit, type ServiceEnv } from "./env.ts";
import { serveHealth } from "./health.ts";
import { type RestateEndpoint, serveRestate } from "./http2-server.ts";
import { identityKeys } from "./identity.ts";
import { logContext } from "./log-context.ts";
import { createLogger, type Logger, restateLogger } from "./logger.ts";
import { retryPolicy } from "./retry-policy.ts";
import type { ServiceTelemetry } from "./telemetry/service-telemetry.ts";
import { telemetryTarget } from "./telemetry/settings.ts";

/** A service as a process: what it is called, its settings, and the Restate services that it binds by them. */
export interface Service<S extends z.ZodType<ServiceEnv> = z.ZodType<ServiceEnv>> {
  /** The service's folder name; names it in logs and traces. */
  readonly name: string;
  readonly envSchema: S;
  services(env: z.output<S>, logger: Logger): NodeEndpointOptions["services"];
}

/** A service as its `main.ts` exports it: others, such as a check of journals, bind its handlers without starting it. */
export function defineService<S extends z.ZodType<ServiceEnv>>(service: Service<S>): Service<S> {
  return service;
}

/**
 * Serves Restate services until SIGTERM or SIGINT, then drains: readiness turns off, running invocations finish or
 * are left where they wait, and the process ends with 0. A second signal ends it at once.
 *
 * A setting that is wrong, a port in use, or anything else that keeps it from starting, is one line and exit 1.
 */
export async function runService<S extends z.ZodType<ServiceEnv>>(service: Service<S>): Promise<void> {
  const { name } = service;
  const env = parseEnvOrExit(service.envSchema);
  let telemetry: ServiceTelemetry | undefined;
  const traceFields = () => telemetry?.logFields() ?? {};
  const logger = createLogger(name, env.LOG_LEVEL, traceFields);
  const drain = new Drain();
  let ready = false;
  try {
    const target = telemetryTarget(env);
    if (target) {
      const { startServiceTelemetry } = await import("./telemetry/service-telemetry.ts");
      telemetry = startServiceTelemetry({ service: name, target, env, logger });
    }
    const keys = identityKeys(env);
    const health = await serveHealth({ host: env.HOST, port: env.HEALTH_PORT, ready: () => ready });
    const restate = await serveRestate({
      host: env.HOST,
      port: env.PORT,
      services: service.services(env, logger),
      logger: restateLogger(logger, traceFields),
      defaultServiceOptions: {
        retryPolicy: retryPolicy(env.RETRY_MAX_ATTEMPTS),
        inactivityTimeout: env.INACTIVITY_TIMEOUT_MS,
        hooks: [logContext, drain.hooks, ...(telemetry?.hooks ?? [])],
      },
      ...(keys && { identityKeys: keys }),
    });
    ready = true;
    logger.info({ port: restate.port, healthPort: health.port }, "ready");
    onSignal(async (signal) => {
      ready = false;
      logger.info({ signal }, "draining");
      const settled = await endGracefully(restate, drain, env.DRAIN_TIMEOUT_MS);
      if (!settled)
        logger.warn("steps were still running when the drain time was over; Restate runs them again");
      await Promise.all([health.close(), telemetry?.shutdown()]);
      logger.info("stopped");
    });
  } catch (error) {
    logger.fatal(startProblem(error, env));
    process.exit(1);
  }
}

async function endGracefully(restate: RestateEndpoint, drain: Drain, timeoutMs: number): Promise<boolean> {
  restate.refuseNew();
  const settled = await drain.settled(timeoutMs);
  await restate.close();
  return settled;
}

function onSignal(stop: (signal: string) => Promise<void>): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void stop(signal).then(() => process.exit(0));
    });
  }
}

function startProblem(error: unknown, env: ServiceEnv): string {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    const port = "port" in error ? error.port : `${env.PORT} or ${env.HEALTH_PORT}`;
    return `port ${port} is in use; set PORT or HEALTH_PORT, or stop what uses it`;
  }
  return `could not start: ${error instanceof Error ? error.message : String(error)}`;
}
