// The collector and Jaeger alone, with the images and configurations of the compose file, and a Langfuse that records what
// it gets.

import { fileURLToPath } from "node:url";
import { type OtlpReceiver, startOtlpReceiver } from "@holdfast/testing/otlp-receiver";
import { Network, type StartedTestContainer, Wait } from "testcontainers";
import { collectorConfigs, readComposeFile } from "./compose-file.ts";
import { LockedDownContainer, ServiceContainer } from "./container.ts";

const KEYS = { username: "pk-lf-1", password: "sk-lf-1" };
const CONFIGS = "/etc/otelcol-contrib";
const JAEGER_UI = 16_686;

export interface Pipeline {
  /** Where OTLP over HTTP goes. */
  readonly otlpUrl: string;
  readonly metricsUrl: string;
  readonly ownMetricsUrl: string;
  jaegerUrl(): Promise<string>;
  readonly jaeger: ServiceContainer;
  readonly langfuse: OtlpReceiver;
  stop(): Promise<void>;
}

/** @param environment of the collector, besides the compose file's */
export async function startPipeline(environment: Record<string, string> = {}): Promise<Pipeline> {
  const { collector, jaeger } = readComposeFile().services;
  const overlay = readComposeFile("compose.langfuse.yaml").services.collector;
  const langfuse = await startOtlpReceiver({ basicAuth: KEYS, host: "0.0.0.0" });
  const network = await new Network().start();
  const started: StartedTestContainer[] = [];
  const stop = async () => {
    await Promise.all(started.map((container) => container.stop()));
    await network.stop();
    await langfuse.stop();
  };
  const start = async (container: LockedDownContainer) => {
    const running = await container.withNetwork(network).start();
    started.push(running);
    return running;
  };
  try {
    const jaegerContainer = await start(
      new LockedDownContainer(jaeger?.image ?? "")
        .withNetworkAliases("jaeger")
        .withExposedPorts(JAEGER_UI)
        .withWaitStrategy(Wait.forHttp("/api/services", JAEGER_UI)),
    );
    const collectorContainer = await start(
      new LockedDownContainer(collector?.image ?? "")
        .withEnvironment({
          ...collector?.environment,
          LANGFUSE_BASE_URL: langfuse.url.replace("127.0.0.1", "host"),
          LANGFUSE_AUTH: Buffer.from(`${KEYS.username}:${KEYS.password}`).toString("base64"),
          ...environment,
        })
        .withExtraHosts([{ host: "host", ipAddress: "host-gateway" }])
        .withBindMounts([mount("collector.yaml", "config.yaml"), mount("langfuse.yaml", "langfuse.yaml")])
        .withCommand(overlay?.command ?? [])
        .withExposedPorts(4318, 8888, 8889)
        .withWaitStrategy(Wait.forLogMessage("Everything is ready")),
    );
    const url = (container: StartedTestContainer, port: number) =>
      `http://${container.getHost()}:${container.getMappedPort(port)}`;
    const jaegerService = new ServiceContainer(jaegerContainer);
    return {
      otlpUrl: url(collectorContainer, 4318),
      metricsUrl: `${url(collectorContainer, 8889)}/metrics`,
      ownMetricsUrl: `${url(collectorContainer, 8888)}/metrics`,
      jaegerUrl: () => jaegerService.url(JAEGER_UI),
      jaeger: jaegerService,
      langfuse,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function mount(file: string, as: string) {
  return {
    source: fileURLToPath(new URL(file, collectorConfigs)),
    target: `${CONFIGS}/${as}`,
    mode: "ro" as const,
  };
}
