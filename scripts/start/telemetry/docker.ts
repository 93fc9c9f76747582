// A collector and Jaeger in Docker, with the compose file's images.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { FailedStart } from "../failed-start.ts";
import type { TelemetryPorts } from "../ports.ts";
import { type Environment, type Telemetry, telemetryConfig } from "./config.ts";

/** @throws FailedStart when Docker cannot get an image */
export function inDocker(ports: TelemetryPorts, env: Environment): Telemetry {
  const { variables, ...files } = telemetryConfig("0.0.0.0", ports, env);
  const images = { jaeger: image("JAEGER_IMAGE", env), collector: image("COLLECTOR_IMAGE", env) };
  for (const name of Object.values(images)) getImage(name);
  const names = {
    jaeger: `holdfast-jaeger-${ports.jaegerUi}`,
    collector: `holdfast-collector-${ports.otlp}`,
  };
  const run = (part: "jaeger" | "collector", network: readonly string[]) =>
    [
      "docker",
      ...["run", "--rm", "--name", names[part], ...network],
      // By name: a value could be read in the list of processes.
      ...Object.keys(variables).flatMap((name) => ["--env", name]),
      ...files[part].flatMap((path, i) => ["--volume", `${path}:/config/${i}.yaml:ro`]),
      images[part],
      ...files[part].map((_, i) => `--config=/config/${i}.yaml`),
    ] as const;
  const published = [ports.jaegerUi, ports.otlp, ports.metrics];
  const ofDocker = Object.entries(env).flatMap(([name, value = ""]) =>
    name.startsWith("DOCKER_") ? [[name, value] as const] : [],
  );
  return {
    // Both are in one network, and this machine alone reaches them.
    jaeger: run(
      "jaeger",
      published.flatMap((port) => ["--publish", `127.0.0.1:${port}:${port}`]),
    ),
    collector: run("collector", ["--network", `container:${names.jaeger}`]),
    env: { ...Object.fromEntries(ofDocker), ...variables },
    clear: () => void docker("rm", "--force", names.collector, names.jaeger),
  };
}

export function dockerAnswers(): boolean {
  return docker("version", "--format", "{{.Server.Version}}");
}

/** The compose file's, or the one that its variable names. */
function image(variable: string, env: Environment): string {
  const compose = readFileSync(new URL("../../../deploy/compose.yaml", import.meta.url), "utf8");
  const [, byDefault = ""] = compose.match(new RegExp(`\\$\\{${variable}:-(.+)\\}`)) ?? [];
  return env[variable] || byDefault;
}

function getImage(name: string): void {
  if (docker("image", "inspect", name)) return;
  const { status } = spawnSync("docker", ["pull", name], { stdio: "inherit" });
  if (status !== 0) throw new FailedStart(`Docker could not get ${name}, which --telemetry needs.`);
}

function docker(...args: readonly string[]): boolean {
  return spawnSync("docker", args, { stdio: "ignore" }).status === 0;
}
