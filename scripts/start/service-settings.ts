// What each process gets of the user's environment, and what this start decides for it.

import type { ModelChoice } from "./models.ts";
import type { Ports } from "./ports.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Settings = Readonly<Record<string, string>>;

const LOCALHOST = "127.0.0.1";
// Idle agents end at once; this is for one in the middle of a model call, which is made again at the next start.
const DRAIN_TIMEOUT_MS = "3000";

export interface SettingsOptions {
  readonly env: Environment;
  readonly ports: Ports;
  readonly model: ModelChoice;
}

/** Settings of a service that agents and people share; npm's own and those that this start decides are left out. */
function inherited(env: Environment, leftOut: RegExp): Settings {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !leftOut.test(entry[0]),
  );
  return { ...Object.fromEntries(entries), HOST: LOCALHOST, DRAIN_TIMEOUT_MS };
}

const NOT_FOR_SERVICES = /^(npm_|HOLDFAST_|RESTATE_|PORT$|HEALTH_PORT$)/;
/** The model's key is for those who call the model. */
const FOR_AGENTS_ALONE = /^(npm_|HOLDFAST_|RESTATE_|PORT$|HEALTH_PORT$|OPENAI_)/;

export function agentSettings(name: string, { env, ports, model }: SettingsOptions): Settings {
  const { port, healthPort } = ports.agents.get(name) ?? { port: 0, healthPort: 0 };
  return {
    ...inherited(env, NOT_FOR_SERVICES),
    ...model.settings(ports.simulator),
    PORT: String(port),
    HEALTH_PORT: String(healthPort),
    PUBLIC_INGRESS_URL: `http://localhost:${ports.restate.ingress}`,
  };
}

export function gatewaySettings({ env, ports }: SettingsOptions): Settings {
  return {
    ...inherited(env, FOR_AGENTS_ALONE),
    PORT: String(ports.gateway),
    RESTATE_INGRESS_URL: `http://${LOCALHOST}:${ports.restate.ingress}`,
  };
}

export function simulatorSettings({ env, ports }: SettingsOptions): Settings {
  return { ...inherited(env, FOR_AGENTS_ALONE), PORT: String(ports.simulator) };
}

/** The server's own settings are made for a local run; only where its traces go is the user's. */
export function restateSettings({ env }: SettingsOptions): Settings {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0].startsWith("RESTATE_TRACING_"),
    ),
  );
}
