// The whole system as it is deployed: a real Restate server and each agent as a process of its own, on free ports,
// with the simulator in the test's process, where its replies can be held and its calls counted.

import { type Simulator, startSimulator } from "@holdfast/simulator";
import {
  createIngress,
  freePort,
  type Ingress,
  type RestateMode,
  type RestateServer,
  type ServiceProcess,
  startRestateServer,
  startServiceProcess,
} from "@holdfast/testing";
import { afterAll, beforeAll, beforeEach, onTestFailed } from "vitest";
import { agents, entryOf, gateway } from "../../services/catalogue.ts";
import * as standIns from "../../services/model-simulator/stand-ins.ts";

export interface System extends Ingress {
  readonly server: RestateServer;
  readonly simulator: Simulator;
  /** The agents' processes, by their folders' names. */
  readonly processes: ReadonlyMap<string, ServiceProcess>;
  /** The gateway's address, of a system that has one. */
  readonly gatewayUrl: string;
  /** An agent's process, by its folder's name. */
  agent(name: string): ServiceProcess;
  stop(): Promise<void>;
}

export interface SystemOptions {
  readonly mode?: RestateMode;
  /** Settings beside those of the simulator, for every agent and the gateway. */
  readonly env?: Readonly<Record<string, string>>;
  /** Which agents to start; all by default. */
  readonly only?: readonly string[];
  /** Whether to start the gateway too; not by default. */
  readonly gateway?: boolean;
  /** Where all of them, and Restate, send their telemetry, as an OTLP endpoint over HTTP; nowhere by default. */
  readonly otlpUrl?: string;
  /** Gets each line that an agent, or the gateway, prints; `output()` of a process holds the last 200 alone. */
  readonly onLine?: (agent: string, line: string) => void;
}

// Six processes and a server start at once, on machines that may have two busy cores.
const START_TIMEOUT_MS = 60_000;

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { mode = "default", only } = options;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const simulator = await startSimulator({ standIns: Object.values(standIns).flat() });
    stops.push(() => simulator.stop());
    const server = await startRestateServer({
      mode,
      startTimeoutMs: START_TIMEOUT_MS,
      env: options.otlpUrl === undefined ? {} : restateTracing(options.otlpUrl),
    });
    stops.push(() => server.stop());
    const processes = new Map<string, ServiceProcess>();
    stops.push(() => Promise.all([...processes.values()].map((process) => process.stop())));
    await Promise.all(
      agents
        .filter(({ name }) => only?.includes(name) ?? true)
        .map(async ({ name }) => {
          const { process, url } = await startAgent(name, server, simulator, options);
          processes.set(name, process);
          await server.register(url);
        }),
    );
    const gatewayUrl = options.gateway ? await startGateway(server, processes, options) : "";
    return {
      gatewayUrl,
      ...createIngress(server.ingressUrl),
      server,
      simulator,
      processes,
      agent(name) {
        const found = processes.get(name);
        if (!found) throw new Error(`The test's system has no agent "${name}".`);
        return found;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A system for the tests of a file or a `describe`: started before them, stopped after them, quoted when one fails. */
export function useSystem(options: SystemOptions = {}): () => System {
  let system: System | undefined;
  beforeAll(async () => {
    system = await startSystem(options);
  });
  beforeEach(() => {
    system?.simulator.reset();
    onTestFailed(() => {
      for (const process of system?.processes.values() ?? []) {
        console.error([`Last lines of ${process.name}:`, ...process.output().slice(-10)].join("\n"));
      }
    });
  });
  afterAll(async () => {
    await system?.stop();
  });
  return () => {
    if (!system) throw new Error("The system exists in tests and hooks only, not while they are defined");
    return system;
  };
}

async function startAgent(
  name: string,
  server: RestateServer,
  simulator: Simulator,
  { mode, env = {}, otlpUrl, onLine }: SystemOptions,
): Promise<{ process: ServiceProcess; url: string }> {
  const [port, healthPort] = [await freePort(), await freePort()];
  const process = await startServiceProcess({
    name,
    entry: entryOf(name),
    readyUrl: `http://127.0.0.1:${healthPort}/readyz`,
    startTimeoutMs: START_TIMEOUT_MS,
    ...(onLine && { onLine: (line) => onLine(name, line) }),
    env: {
      HOST: "127.0.0.1",
      PORT: String(port),
      HEALTH_PORT: String(healthPort),
      OPENAI_API_KEY: "simulator",
      OPENAI_BASE_URL: `${simulator.url}/v1`,
      PUBLIC_INGRESS_URL: server.ingressUrl,
      RESTATE_INGRESS_URL: server.ingressUrl,
      DRAIN_TIMEOUT_MS: "2000",
      // The services' own setting outranks the server's, which is what makes a server replay.
      ...(mode === "always-replay" && { INACTIVITY_TIMEOUT_MS: "0" }),
      ...(otlpUrl !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl }),
      ...env,
    },
  });
  return { process, url: `http://127.0.0.1:${port}` };
}

async function startGateway(
  server: RestateServer,
  processes: Map<string, ServiceProcess>,
  { otlpUrl, env = {}, onLine }: SystemOptions,
): Promise<string> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const process = await startServiceProcess({
    name: gateway.name,
    entry: entryOf(gateway.name),
    readyUrl: `${url}/readyz`,
    startTimeoutMs: START_TIMEOUT_MS,
    ...(onLine && { onLine: (line) => onLine("gateway", line) }),
    env: {
      HOST: "127.0.0.1",
      PORT: new URL(url).port,
      RESTATE_INGRESS_URL: server.ingressUrl,
      RESTATE_ADMIN_URL: server.adminUrl,
      ...(otlpUrl !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl }),
      ...env,
    },
  });
  processes.set("gateway", process);
  return url;
}

function restateTracing(otlpUrl: string): Record<string, string> {
  return {
    RESTATE_TRACING_ENDPOINT: `otlp+${otlpUrl}/v1/traces`,
    // It sends every five seconds by default.
    OTEL_BSP_SCHEDULE_DELAY: "100",
  };
}
