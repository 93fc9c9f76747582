// Reads settings from the environment, once, in main.ts.

import { z } from "zod";
import { DEFAULT_MAX_ATTEMPTS } from "./retry-policy.ts";
import { countSchema, millisecondsSchema, portSchema } from "./setting-schemas.ts";
import { SettingsError } from "./settings-error.ts";
import { telemetryEnvSchema } from "./telemetry/settings.ts";

export { SettingsError };

/** Settings that every service has. */
export const serviceEnvSchema = z.object({
  /** Where Restate reaches this service. */
  PORT: portSchema.default(9080),
  /** Where probes reach it. */
  HEALTH_PORT: portSchema.default(9081),
  /** The address both ports listen at. */
  HOST: z.string().min(1).default("0.0.0.0"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal"]).default("info"),
  /**
   * How long an invocation that waits keeps its connection before it is suspended, in milliseconds. A cancellation reaches
   * a running step within this time only, so it is longer than any model call.
   */
  INACTIVITY_TIMEOUT_MS: millisecondsSchema.default(180_000),
  /** How often an invocation that fails is tried before it is paused, until somebody resumes it. */
  RETRY_MAX_ATTEMPTS: countSchema.default(DEFAULT_MAX_ATTEMPTS),
  /** How long running invocations may go on after SIGTERM, in milliseconds. */
  DRAIN_TIMEOUT_MS: millisecondsSchema.default(25_000),
  /** Public keys of the Restate servers that may call this service, comma-separated; any may when left out. */
  RESTATE_IDENTITY_KEYS: z
    .string()
    .transform((keys) => keys.split(",").map((key) => key.trim()))
    .pipe(z.array(z.string().startsWith("publickeyv1_", "must be keys that begin with publickeyv1_")))
    .optional(),
  /** A certificate (PEM) whose ed25519 key is one more of them. */
  RESTATE_IDENTITY_CERT_FILE: z.string().min(1).optional(),
  ...telemetryEnvSchema.shape,
});
export type ServiceEnv = z.output<typeof serviceEnvSchema>;

/**
 * Reads settings from the environment. An empty variable counts as left out.
 *
 * @throws SettingsError naming every setting that is wrong
 */
export function parseEnv<S extends z.ZodType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<S> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map((issue) => {
      const missing = issue.code === "invalid_type" && !(String(issue.path[0]) in given);
      return `${issue.path.map(String).join(".") || "settings"}: ${missing ? "is required" : issue.message}`;
    }),
  );
}

/** {@link parseEnv} for main.ts: prints what is wrong and exits with 1. */
export function parseEnvOrExit<S extends z.ZodType>(schema: S): z.output<S> {
  try {
    return parseEnv(schema);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
