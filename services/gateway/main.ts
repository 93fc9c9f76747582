// The gateway as a process: serves until SIGTERM or SIGINT, then lets requests finish and ends with 0.

import { categoriesOf, readCoveragePlan } from "@holdfast/claims/plan";
import { createLogger, parseEnvOrExit, startTelemetryFromEnv, type Telemetry } from "@holdfast/service-kit";
import { buildApp } from "./app.ts";
import { TroubleWatch } from "./claims/trouble-watch.ts";
import { type Env, envSchema } from "./env.ts";
import type { RequestTelemetry } from "./http/request-telemetry.ts";

const env = parseEnvOrExit(envSchema);
let telemetry: Telemetry | undefined;
const logger = createLogger("gateway", env.LOG_LEVEL, () => telemetry?.logFields() ?? {});

try {
  telemetry = await startTelemetryFromEnv("gateway", env, logger);
  const troubleWatch = watchTrouble();
  const app = await buildApp({
    ingressUrl: env.RESTATE_INGRESS_URL,
    restateTimeoutMs: env.RESTATE_TIMEOUT_MS,
    categories: categoriesOf(readCoveragePlan(env.COVERAGE_PLAN_FILE)),
    token: env.GATEWAY_TOKEN,
    rateLimit: { max: env.RATE_LIMIT_MAX, windowMs: env.RATE_LIMIT_WINDOW_MS },
    trustProxy: env.TRUST_PROXY,
    logger,
    troubleWatch,
    telemetry: await observe(telemetry, troubleWatch),
  });
  stopOnSignal(async () => {
    await app.close();
    await telemetry?.shutdown();
  });
  await app.listen({
    host: env.HOST,
    port: env.PORT,
    listenTextResolver: (address) => `ready at ${address}`,
  });
  if (env.GATEWAY_TOKEN === undefined) logger.warn("GATEWAY_TOKEN is not set: anybody may call /api");
} catch (error) {
  logger.fatal(startProblem(error, env));
  process.exit(1);
}

/** Begins the telemetry of requests, and of what waits in Restate. */
async function observe(
  telemetry: Telemetry | undefined,
  troubleWatch: TroubleWatch | undefined,
): Promise<RequestTelemetry | undefined> {
  if (!telemetry) return undefined;
  if (env.RESTATE_ADMIN_URL !== undefined) {
    const { observeInvocations } = await import("./restate/invocation-gauges.ts");
    observeInvocations(env.RESTATE_ADMIN_URL, logger);
  }
  if (troubleWatch) {
    const { observeTroubles } = await import("./claims/trouble-gauge.ts");
    observeTroubles(troubleWatch);
  }
  const { requestTelemetry } = await import("./http/request-telemetry.ts");
  return requestTelemetry(telemetry.tracer);
}

function watchTrouble(): TroubleWatch | undefined {
  const { RESTATE_ADMIN_URL: adminUrl, TROUBLE_CHECK_MS: everyMs, TROUBLE_AFTER_MS: afterMs } = env;
  return adminUrl === undefined ? undefined : new TroubleWatch({ adminUrl, everyMs, afterMs });
}

function stopOnSignal(stop: () => Promise<unknown>): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      logger.info({ signal }, "stopping");
      // Restate goes on with whatever a request had begun.
      setTimeout(() => {
        logger.warn("requests were still open when the drain time was over");
        process.exit(0);
      }, env.DRAIN_TIMEOUT_MS).unref();
      void stop().then(() => {
        logger.info("stopped");
        process.exit(0);
      });
    });
  }
}

function startProblem(error: unknown, { PORT }: Env): string {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return `port ${PORT} is in use; set PORT, or stop what uses it`;
  }
  return `could not start: ${error instanceof Error ? error.message : String(error)}`;
}
