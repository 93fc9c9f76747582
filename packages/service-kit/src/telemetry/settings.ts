// The telemetry settings of the environment: the receivers and their credentials.

import { z } from "zod";
import { booleanSchema, millisecondsSchema, serverUrlSchema } from "../setting-schemas.ts";
import { SettingsError } from "../settings-error.ts";

/** Settings of telemetry, which every service has. */
export const telemetryEnvSchema = z.object({
  /** A collector, or whatever takes OTLP over HTTP; telemetry is off when left out. */
  OTEL_EXPORTER_OTLP_ENDPOINT: serverUrlSchema.optional(),
  /** How often metrics are sent, in milliseconds. */
  OTEL_METRIC_EXPORT_INTERVAL: millisecondsSchema.min(100).default(15_000),
  /** Whether prompts, replies, arguments of tools and errors' messages are captured: they are personal data. */
  TELEMETRY_CAPTURE_CONTENT: booleanSchema.default(false),
  /** Where traces go when there is no collector: all three or none. */
  LANGFUSE_BASE_URL: serverUrlSchema.optional(),
  LANGFUSE_PUBLIC_KEY: z.string().min(1).optional(),
  LANGFUSE_SECRET_KEY: z.string().min(1).optional(),
});
export type TelemetryEnv = z.output<typeof telemetryEnvSchema>;

/** What takes OTLP. */
export interface TelemetryTarget {
  /** The endpoint of traces, and its headers; OpenTelemetry's own variables count when left out. */
  readonly traces?: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** Langfuse takes none. */
  readonly metrics: boolean;
}

/**
 * Undefined when telemetry is off.
 *
 * @throws SettingsError when Langfuse's settings are not complete
 */
export function telemetryTarget(env: TelemetryEnv): TelemetryTarget | undefined {
  const { LANGFUSE_BASE_URL: base, LANGFUSE_PUBLIC_KEY: user, LANGFUSE_SECRET_KEY: password } = env;
  // The collector hands traces to Langfuse too.
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) return { metrics: true };
  if (base === undefined && user === undefined && password === undefined) return undefined;
  if (base === undefined || user === undefined || password === undefined) {
    throw new SettingsError([
      "LANGFUSE_BASE_URL, LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY: set all three, or none",
    ]);
  }
  return {
    traces: {
      url: `${base}/api/public/otel/v1/traces`,
      headers: {
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
        "x-langfuse-ingestion-version": "4",
      },
    },
    metrics: false,
  };
}
