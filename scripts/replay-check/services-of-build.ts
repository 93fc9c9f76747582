// The Restate services of this build, as the agents' main files bind them.

import type { RestateServices } from "@holdfast/replay";
import { createLogger, parseEnv, type Service } from "@holdfast/service-kit";
import { agents, entryOf } from "../../services/catalogue.ts";

// Nothing is called: no step runs in a replay.
const NO_EFFECTS = { OPENAI_API_KEY: "none" };

/**
 * The services of agents, all by default, by these settings: the rules that a replay reads are among them.
 *
 * @throws SettingsError when one is wrong
 */
export async function servicesOfBuild(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[] = agents.map(({ name }) => name),
): Promise<RestateServices> {
  const bound: RestateServices[] = [];
  for (const name of names) {
    const { service }: { service: Service } = await import(entryOf(name).href);
    bound.push(servicesBy(service, { ...NO_EFFECTS, ...env }));
  }
  return bound.flat();
}

/** The services that one agent's process binds by these settings. @throws SettingsError when they do not fit */
export function servicesBy(
  { name, envSchema, services }: Service,
  env: Readonly<Record<string, string | undefined>>,
): RestateServices {
  return services(parseEnv(envSchema, env), createLogger(name, "silent"));
}
