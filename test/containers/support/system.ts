// The whole system in containers on one network: Restate, each agent, the gateway, the simulator, the collector and
// Jaeger, with the images and settings of the compose file.

import { fileURLToPath } from "node:url";
import { createIngress, type Ingress } from "@holdfast/testing";
import {
  GenericContainer,
  Network,
  type StartedNetwork,
  type StartedTestContainer,
  Wait,
} from "testcontainers";
import { afterAll, beforeAll, beforeEach, onTestFailed } from "vitest";
import { agents } from "../../../scripts/workloads.ts";
import { RemoteSimulator } from "../../support/remote-simulator.ts";
import { collectorConfigs, readComposeFile } from "./compose-file.ts";
import { LockedDownContainer, ServiceContainer } from "./container.ts";

export interface ContainerSystem {
  readonly gatewayUrl: string;
  readonly ingress: Ingress;
  readonly jaegerUrl: string;
  readonly simulator: RemoteSimulator;
  /** A service's container, by its name in the compose file. */
  service(name: string): ServiceContainer;
  stop(): Promise<void>;
}

const RESTATE = { ingress: 8080, admin: 9070 };
const LOG_LINES = 20;

type Compose = ReturnType<typeof readComposeFile>["services"];

/** Starts a system for the tests of a file; call it in a `describe`. */
export function useContainers(): () => ContainerSystem {
  let system: ContainerSystem | undefined;
  const lines = new Map<string, string[]>();
  beforeAll(async () => {
    system = await startContainers(lines);
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

async function startContainers(lines: Map<string, string[]>): Promise<ContainerSystem> {
  const { services } = readComposeFile();
  const network = await new Network().start();
  const started = new Map<string, StartedTestContainer>();
  const stop = async () => {
    await Promise.all([...started.values()].map((container) => container.stop()));
    await network.stop();
  };
  const start = async (name: string, container: GenericContainer) => {
    started.set(name, await prepare(name, container, services, network, lines).start());
  };
  try {
    const results = await Promise.allSettled([
      ...Object.entries(containers(services)).map(([name, container]) => start(name, container)),
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
    simulator: new RemoteSimulator(urlOf("model-simulator", 8090)),
    service(name) {
      const container = started.get(name);
      if (container === undefined) throw new Error(`There is no container ${name}`);
      return new ServiceContainer(container);
    },
    stop,
  };
}

/** All that stay, each with the sign that it has started. */
function containers(services: Compose): Record<string, GenericContainer> {
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
    collector: image("collector")
      .withBindMounts([
        {
          source: fileURLToPath(new URL("collector.yaml", collectorConfigs)),
          target: "/etc/otelcol-contrib/config.yaml",
          mode: "ro",
        },
      ])
      .withWaitStrategy(Wait.forLogMessage("Everything is ready")),
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
