// Finds what can run a collector and Jaeger on this machine: their own programs, or Docker.

import { spawnSync } from "node:child_process";
import { FailedStart } from "../failed-start.ts";
import type { TelemetryPorts } from "../ports.ts";
import { type Environment, type Telemetry, telemetryConfig } from "./config.ts";
import { dockerAnswers, inDocker } from "./docker.ts";

/** @throws FailedStart when there is neither */
export function findTelemetry(ports: TelemetryPorts, env: Environment): Telemetry {
  if (runs("otelcol-contrib", "--version") && runs("jaeger", "version")) return byPrograms(ports, env);
  if (dockerAnswers()) return inDocker(ports, env);
  throw new FailedStart(
    "--telemetry needs a collector and Jaeger: put otelcol-contrib and jaeger (version 2) on the PATH, or start Docker.",
  );
}

function byPrograms(ports: TelemetryPorts, env: Environment): Telemetry {
  const { jaeger, collector, variables } = telemetryConfig("127.0.0.1", ports, env);
  const configs = (files: readonly string[]) => files.map((file) => `--config=${file}`);
  return {
    jaeger: ["jaeger", ...configs(jaeger)],
    collector: ["otelcol-contrib", ...configs(collector)],
    env: variables,
    clear() {},
  };
}

function runs(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}
