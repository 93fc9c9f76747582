// The configuration of the collector and Jaeger of a local run: the one that is deployed, at other ports.

import { fileURLToPath } from "node:url";
import type { TelemetryPorts } from "../ports.ts";

type Command = readonly [file: string, ...args: string[]];

export interface Telemetry {
  readonly jaeger: Command;
  /** Jaeger has to run before it is started. */
  readonly collector: Command;
  /** Of both. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends what outlives a command that was killed, of this start or of an earlier one. */
  clear(): void;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface TelemetryConfig {
  /** Files, each laid over those before it. */
  readonly collector: readonly string[];
  readonly jaeger: readonly string[];
  /** The variables in them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** @param listenHost where those are that reach them */
export function telemetryConfig(
  listenHost: string,
  ports: TelemetryPorts,
  env: Environment,
): TelemetryConfig {
  const langfuse = langfuseVariables(env);
  return {
    collector: [
      file("../../../deploy/otel/collector.yaml"),
      file("collector.yaml"),
      ...(langfuse === undefined ? [] : [file("../../../deploy/otel/langfuse.yaml")]),
    ],
    jaeger: [file("jaeger.yaml")],
    variables: {
      LISTEN_HOST: listenHost,
      OTLP_PORT: String(ports.otlp),
      METRICS_PORT: String(ports.metrics),
      JAEGER_UI_PORT: String(ports.jaegerUi),
      JAEGER_ENDPOINT: `127.0.0.1:${ports.jaegerOtlp}`,
      // Jaeger would trace itself.
      OTEL_TRACES_SAMPLER: "always_off",
      ...langfuse,
    },
  };
}

/** Undefined without both keys. */
function langfuseVariables(env: Environment): Record<string, string> | undefined {
  const { LANGFUSE_PUBLIC_KEY: user, LANGFUSE_SECRET_KEY: password, LANGFUSE_BASE_URL: url } = env;
  if (!user || !password) return undefined;
  const auth = Buffer.from(`${user}:${password}`).toString("base64");
  return { LANGFUSE_AUTH: auth, ...(url && { LANGFUSE_BASE_URL: url.replace(/\/+$/, "") }) };
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
