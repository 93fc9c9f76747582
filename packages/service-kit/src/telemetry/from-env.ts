// Telemetry of a process that serves no Restate services.

import type { Logger } from "pino";
import { type TelemetryEnv, telemetryTarget } from "./settings.ts";
import type { Telemetry } from "./start.ts";

export type { Telemetry };

/**
 * Starts telemetry when the settings name a target; undefined, and nothing loaded, when they do not.
 *
 * @throws SettingsError when they are not complete
 */
export async function startTelemetryFromEnv(
  service: string,
  env: TelemetryEnv,
  logger: Logger,
): Promise<Telemetry | undefined> {
  const target = telemetryTarget(env);
  if (!target) return undefined;
  const { startTelemetry } = await import("./start.ts");
  return startTelemetry({ service, target, env, logger });
}
