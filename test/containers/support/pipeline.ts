// The collector and Jaeger alone, with the images and configurations of the compose file, and a Langfuse that records what
// it gets.

import type { OtlpReceiver } from "@holdfast/testing/otlp-receiver";
import { type GenericContainer, Network, type StartedTestContainer, Wait } from "testcontainers";
import { COLLECTOR, collectorContainer, startLangfuse } from "./collector.ts";
import { readComposeFile } from "./compose-file.ts";
import { LockedDownContainer, ServiceContainer } from "./container.ts";

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
  const langfuse = await startLangfuse();
  const network = await new Network().start();
  const started: StartedTestContainer[] = [];
  const stop = async () => {
    await Promise.all(started.map((container) => container.stop()));
    await network.stop();
    await langfuse.stop();
  };
  const start = async (container: GenericContainer) => {
    const running = await container.withNetwork(network).start();
    started.push(running);
    return running;
  };
  try {
    const jaegerContainer = await start(
      new LockedDownContainer(readComposeFile().services.jaeger?.image ?? "")
        .withNetworkAliases("jaeger")
        .withExposedPorts(JAEGER_UI)
        .withWaitStrategy(Wait.forHttp("/api/services", JAEGER_UI)),
    );
    const collector = await start(collectorContainer(langfuse).withEnvironment(environment));
    const url = (port: number) => `http://${collector.getHost()}:${collector.getMappedPort(port)}`;
    const jaeger = new ServiceContainer(jaegerContainer);
    return {
      otlpUrl: url(COLLECTOR.otlp),
      metricsUrl: `${url(COLLECTOR.metrics)}/metrics`,
      ownMetricsUrl: `${url(COLLECTOR.ownMetrics)}/metrics`,
      jaegerUrl: () => jaeger.url(JAEGER_UI),
      jaeger,
      langfuse,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
