// The Restate services of this build, as the agents' main files bind them.

import type { RestateServices } from "@holdfast/replay";
import { createLogger, parseEnv, type Service } from "@holdfast/service-kit";
import { agents, entryOf } from "../../services/catalogue.ts";

// Nothing is called: no step runs in a replay.
const NO_EFFECTS = { OPENAI_API_KEY: "none" };

/** The services of all agents, by the environment's settings: which rules a replay reads is one of them. */
export async function servicesOfBuild(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<RestateServices> {
  const bound: RestateServices[] = [];
  for (const { name } of agents) {
    const { service }: { service: Service } = await import(entryOf(name).href);
    const settings = parseEnv(service.envSchema, { ...NO_EFFECTS, ...env });
    bound.push(service.services(settings, createLogger(name, "silent")));
  }
  return bound.flat();
}
