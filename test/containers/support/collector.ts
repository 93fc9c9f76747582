// The collector, with the image, settings and configurations of the compose file, and a Langfuse that records what it gets.

import { fileURLToPath } from "node:url";
import { type OtlpReceiver, startOtlpReceiver } from "@holdfast/testing/otlp-receiver";
import { Wait } from "testcontainers";
import { collectorConfigs, readComposeFile } from "./compose-file.ts";
import { LockedDownContainer } from "./container.ts";

export const COLLECTOR = { otlp: 4318, ownMetrics: 8888, metrics: 8889 };

const KEYS = { username: "pk-lf-1", password: "sk-lf-1" };
const CONFIGS = "/etc/otelcol-contrib";

/** Takes traces from whoever has its keys, which {@link collectorContainer} has. */
export function startLangfuse(): Promise<OtlpReceiver> {
  return startOtlpReceiver({ basicAuth: KEYS, host: "0.0.0.0" });
}

/** @param langfuse what compose.langfuse.yaml is laid over it for */
export function collectorContainer(langfuse?: OtlpReceiver): LockedDownContainer {
  const { collector } = readComposeFile().services;
  const container = new LockedDownContainer(collector?.image ?? "");
  container
    .withEnvironment(collector?.environment ?? {})
    .withBindMounts([mount("collector.yaml", "config.yaml"), mount("langfuse.yaml", "langfuse.yaml")])
    .withExposedPorts(...Object.values(COLLECTOR))
    .withWaitStrategy(Wait.forLogMessage("Everything is ready"));
  if (langfuse === undefined) return container;
  container
    .withEnvironment({
      LANGFUSE_BASE_URL: langfuse.url.replace("127.0.0.1", "host"),
      LANGFUSE_AUTH: Buffer.from(`${KEYS.username}:${KEYS.password}`).toString("base64"),
    })
    .withExtraHosts([{ host: "host", ipAddress: "host-gateway" }])
    .withCommand(readComposeFile("compose.langfuse.yaml").services.collector?.command ?? []);
  return container;
}

function mount(file: string, as: string) {
  return {
    source: fileURLToPath(new URL(file, collectorConfigs)),
    target: `${CONFIGS}/${as}`,
    mode: "ro" as const,
  };
}
