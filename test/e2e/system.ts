// The whole system as it is deployed: a real Restate server and each agent as a process of its own, on free ports,
// with the simulator in the test's process, where its replies can be held and its calls counted.

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
import { type Simulator, startSimulator } from "@holdfast/simulator";
import { agents } from "../../scripts/workloads.ts";

export interface System extends Ingress {
  readonly server: RestateServer;
  readonly simulator: Simulator;
  /** An agent's process, by its folder's name. */
  agent(name: string): ServiceProcess;
  stop(): Promise<void>;
}

export interface SystemOptions {
  readonly mode?: RestateMode;
  /** Settings beside those of the simulator, for every agent. */
  readonly env?: Readonly<Record<string, string>>;
  /** Which agents to start; all by default. */
  readonly only?: readonly string[];
}

export async function startSystem({ mode = "default", env = {}, only }: SystemOptions = {}): Promise<System> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const simulator = await startSimulator();
    stops.push(() => simulator.stop());
    const server = await startRestateServer({ mode });
    stops.push(() => server.stop());
    const started = await Promise.all(
      agents
        .filter(({ name }) => only?.includes(name) ?? true)
        .map(async ({ name, entry }) => {
          const [port, healthPort] = [await freePort(), await freePort()];
          const process = await startServiceProcess({
            name,
            entry,
            readyUrl: `http://127.0.0.1:${healthPort}/readyz`,
            env: {
              HOST: "127.0.0.1",
              PORT: String(port),
              HEALTH_PORT: String(healthPort),
              OPENAI_API_KEY: "simulator",
              OPENAI_BASE_URL: `${simulator.url}/v1`,
              PUBLIC_INGRESS_URL: server.ingressUrl,
              DRAIN_TIMEOUT_MS: "2000",
              ...env,
            },
          });
          return { name, process, url: `http://127.0.0.1:${port}` };
        }),
    );
    for (const { process } of started) stops.push(() => process.stop());
    for (const { url } of started) await server.register(url);
    const byName = new Map(started.map(({ name, process }) => [name, process]));
    return {
      ...createIngress(server.ingressUrl),
      server,
      simulator,
      agent(name) {
        const found = byName.get(name);
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
