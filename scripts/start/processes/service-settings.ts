// The environment of each process: part of the user's own, and the settings that this start decides.

import type { ModelChoice } from "../models.ts";
import type { Ports } from "../ports.ts";

type Settings = Readonly<Record<string, string>>;

export interface SettingsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ports: Ports;
  readonly model: ModelChoice;
}

const LOCALHOST = "127.0.0.1";
// Idle agents end at once; this is for one in the middle of a model call, which is made again at the next start.
const DRAIN_TIMEOUT_MS = "3000";

const DECIDED_HERE = /^(npm_|HOLDFAST_|RESTATE_|(HEALTH_)?PORT$)/;
const MODEL = /^OPENAI_/;

export function agentSettings(name: string, options: SettingsOptions): Settings {
  const { env, ports, model } = options;
  const { port, healthPort } = ports.agents.get(name) ?? { port: 0, healthPort: 0 };
  return {
    ...sharedSettings(options),
    ...pick(env, (key) => MODEL.test(key)),
    ...model.settings(ports.simulator),
    PORT: String(port),
    HEALTH_PORT: String(healthPort),
    PUBLIC_INGRESS_URL: `http://localhost:${ports.restate.ingress}`,
    RESTATE_INGRESS_URL: `http://${LOCALHOST}:${ports.restate.ingress}`,
  };
}

export function gatewaySettings(options: SettingsOptions): Settings {
  const { gateway, restate } = options.ports;
  return {
    ...sharedSettings(options),
    PORT: String(gateway),
    RESTATE_INGRESS_URL: `http://${LOCALHOST}:${restate.ingress}`,
    RESTATE_ADMIN_URL: `http://${LOCALHOST}:${restate.admin}`,
  };
}

export function simulatorSettings(options: SettingsOptions): Settings {
  return { ...sharedSettings(options), PORT: String(options.ports.simulator) };
}

/** The server's settings are made for a local run; only where its traces go is the user's. */
export function restateSettings({ env, ports: { telemetry } }: SettingsOptions): Settings {
  return {
    ...pick(env, (key) => key.startsWith("RESTATE_TRACING_")),
    ...(telemetry && {
      RESTATE_TRACING_ENDPOINT: `otlp+http://${LOCALHOST}:${telemetry.otlp}/v1/traces`,
      // It would send every five seconds: who looks at a claim's trace at once would miss it there.
      OTEL_BSP_SCHEDULE_DELAY: "500",
    }),
  };
}

/** The user's own settings, without the model's: its key is for those who call the model. */
function sharedSettings({ env, ports: { telemetry } }: SettingsOptions): Settings {
  return {
    ...pick(env, (key) => !DECIDED_HERE.test(key) && !MODEL.test(key)),
    ...(telemetry && { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${LOCALHOST}:${telemetry.otlp}` }),
    HOST: LOCALHOST,
    DRAIN_TIMEOUT_MS,
  };
}

function pick(env: SettingsOptions["env"], wanted: (key: string) => boolean): Settings {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && wanted(entry[0]),
    ),
  );
}
