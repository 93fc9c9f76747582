// Runs the simulator as a process of its own.

import { parseEnvOrExit } from "@holdfast/service-kit/settings";
import { startSimulator } from "@holdfast/simulator";
import { type Env, envSchema } from "./env.ts";
import * as standIns from "./stand-ins.ts";

await run(parseEnvOrExit(envSchema));

async function run(env: Env): Promise<void> {
  try {
    const simulator = await startSimulator({
      port: env.PORT,
      host: env.HOST,
      latencyMs: env.SIMULATOR_LATENCY_MS,
      obedient: env.SIMULATOR_OBEDIENT,
      standIns: Object.values(standIns).flat(),
      ...(env.SIMULATOR_API_KEY === undefined ? {} : { apiKey: env.SIMULATOR_API_KEY }),
    });
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void simulator.stop());
    console.log(`Model simulator listening on ${simulator.url} (OpenAI base URL: ${simulator.url}/v1)`);
  } catch (error) {
    fail(describeListenError(error, env));
  }
}

function describeListenError(error: unknown, { PORT, HOST }: Env): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return `Port ${PORT} is in use: stop what listens there, or set PORT to a free port (0 takes any).`;
  }
  if (code === "EACCES") return `Port ${PORT} needs more rights: set PORT to one above 1023.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return `Cannot listen on ${HOST}: set HOST to an address of this machine (0.0.0.0 takes all).`;
  }
  return `The model simulator could not start: ${error instanceof Error ? error.message : String(error)}`;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
