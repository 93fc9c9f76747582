// The whole system in containers on one network: Restate, each agent, the gateway, the simulator, the collector and
// Jaeger, with the images and settings of the compose file.

import { createIngress, type Ingress } from "@holdfast/testing";
import type { OtlpReceiver } from "@holdfast/testing/otlp-receiver";
import {
  GenericContainer,
  Network,
  type StartedNetwork,
  type StartedTestContainer,
  Wait,
} from "testcontainers";
import { afterAll, beforeAll, beforeEach, onTestFailed } from "vitest";
import { agents } from "../../../services/catalogue.ts";
import { RemoteSimulator } from "../../support/remote-simulator.ts";
import { COLLECTOR, collectorContainer, startLangfuse } from "./collector.ts";
import { readComposeFile } from "./compose-file.ts";
import { LockedDownContainer, ServiceContainer } from "./container.ts";

export interface ContainerSystem {
  readonly gatewayUrl: string;
  readonly ingress: Ingress;
  readonly jaegerUrl: string;
  /** What the collector has for Prometheus. */
  readonly metricsUrl: string;
  readonly simulator: RemoteSimulator;
  /** All containers' names, which are those of the compose file. */
  readonly services: readonly string[];
  service(name: string): ServiceContainer;
  /** What the collector sends to beside Jaeger, in a system that was asked for one. */
  langfuse(): OtlpReceiver;
  stop(): Promise<void>;
}

export interface ContainerOptions {
  /** A service's settings beside those of the compose file. */
  readonly environment?: (service: string) => Readonly<Record<string, string>>;
  readonly withLangfuse?: boolean;
}

const RESTATE = { ingress: 8080, admin: 9070 };
const LOG_LINES = 20;

type Compose = ReturnType<typeof readComposeFile>["services"];

/** Starts a system for the tests of a file; call it in a `describe`. */
export function useContainers(options: ContainerOptions = {}): () => ContainerSystem {
  let system: ContainerSystem | undefined;
  const lines = new Map<string, string[]>();
  beforeAll(async () => {
    system = await startContainers(lines, options);
  });
  beforeEach(async () => {
    await system?.simulator.reset();
    onTestFailed(() => {
      for (const [name, last] of lines) console.error([`Last lines of ${name}:`, ...last].join("\n"));
    });
  });
  afterAll(() => system?.stop());
  return () => {
    if (system === undefined) throw new Error("The system exists in tests and hooks only.");
    return system;
  };
}

async function startContainers(
  lines: Map<string, string[]>,
  { environment, withLangfuse }: ContainerOptions,
): Promise<ContainerSystem> {
  const { services } = readComposeFile();
  const langfuse = withLangfuse ? await startLangfuse() : undefined;
  const network = await new Network().start();
  const started = new Map<string, StartedTestContainer>();
  const stop = async () => {
    await Promise.all([...started.values()].map((container) => container.stop()));
    await network.stop();
    await langfuse?.stop();
  };
  const start = async (name: string, container: GenericContainer) => {
    const prepared = prepare(name, container, services, network, lines);
    started.set(name, await prepared.withEnvironment({ ...environment?.(name) }).start());
  };
  try {
    const results = await Promise.allSettled([
      ...Object.entries(containers(services, langfuse)).map(([name, container]) => start(name, container)),
      // Waits for all of them.
      start("register", imageOf("register", services).withWaitStrategy(Wait.forOneShotStartup())),
    ]);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  } catch (error) {
    await stop();
    throw error;
  }
  const urlOf = (name: string, port: number) => {
    const container = started.get(name);
    return `http://${container?.getHost()}:${container?.getMappedPort(port)}`;
  };
  return {
    gatewayUrl: urlOf("gateway", 3000),
    ingress: createIngress(urlOf("restate", RESTATE.ingress)),
    jaegerUrl: urlOf("jaeger", 16_686),
    metricsUrl: `${urlOf("collector", COLLECTOR.metrics)}/metrics`,
    simulator: new RemoteSimulator(urlOf("model-simulator", 8090)),
    services: [...started.keys()],
    service(name) {
      const container = started.get(name);
      if (container === undefined) throw new Error(`There is no container ${name}`);
      return new ServiceContainer(container);
    },
    langfuse() {
      if (langfuse === undefined) throw new Error("This system was started without a Langfuse.");
      return langfuse;
    },
    stop,
  };
}

/** All that stay, each with the sign that it has started. */
function containers(services: Compose, langfuse?: OtlpReceiver): Record<string, GenericContainer> {
  const ready = Wait.forLogMessage(/"msg":"ready/);
  const image = (name: string) => imageOf(name, services);
  return {
    ...Object.fromEntries(agents.map(({ name }) => [name, image(name).withWaitStrategy(ready)])),
    gateway: image("gateway").withExposedPorts(3000).withWaitStrategy(ready),
    "model-simulator": image("model-simulator")
      .withExposedPorts(8090)
      .withWaitStrategy(Wait.forLogMessage("listening")),
    restate: new GenericContainer(services.restate?.image ?? "")
      .withExposedPorts(RESTATE.ingress, RESTATE.admin)
      .withWaitStrategy(Wait.forHttp("/health", RESTATE.admin)),
    collector: collectorContainer(langfuse),
    jaeger: image("jaeger").withExposedPorts(16_686).withWaitStrategy(Wait.forHttp("/api/services", 16_686)),
  };
}

function imageOf(name: string, services: Compose): LockedDownContainer {
  return new LockedDownContainer(services[name]?.image ?? name);
}

function prepare(
  name: string,
  container: GenericContainer,
  services: Compose,
  network: StartedNetwork,
  lines: Map<string, string[]>,
): GenericContainer {
  const { environment = {}, command } = services[name] ?? {};
  const last: string[] = [];
  lines.set(name, last);
  container
    .withNetwork(network)
    .withNetworkAliases(name)
    .withEnvironment(environment)
    .withLogConsumer((stream) => {
      stream.on("data", (chunk) => {
        last.push(...String(chunk).trimEnd().split("\n"));
        last.splice(0, last.length - LOG_LINES);
      });
    });
  return command === undefined ? container : container.withCommand(command);
}
