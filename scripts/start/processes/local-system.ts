// All processes of a local run: Restate, the simulator, the agents and the gateway, and the order in which they end.

import { join } from "node:path";
import {
  type ProgramOptions,
  type RestateServer,
  RestateStartError,
  startProgram,
  startRestateServer,
  startServiceProcess,
} from "@holdfast/local-restate";
import { agents, entryOf, gateway, simulator } from "../../../services/catalogue.ts";
import { describeFailure, FailedStart } from "../failed-start.ts";
import { shown } from "../options.ts";
import type { Progress } from "../show/progress.ts";
import type { Telemetry } from "../telemetry/config.ts";
import type { Logs } from "./logs.ts";
import {
  agentSettings,
  gatewaySettings,
  restateSettings,
  type SettingsOptions,
  simulatorSettings,
} from "./service-settings.ts";
import { type Restartable, Supervised } from "./supervised.ts";

export interface LocalSystemOptions extends SettingsOptions {
  readonly stateDir: string;
  readonly logs: Logs;
  readonly progress: Progress;
  readonly telemetry: Telemetry | undefined;
}

/** In the order in which they end: agents, which drain, before what they need, and what takes all last spans after all. */
const GROUPS = ["agents", "helpers", "restate", "collector", "jaeger"] as const;
type Group = (typeof GROUPS)[number];

// All start at once; on a small machine that is busy, the last ones are ready after some 20 seconds.
const START_TIMEOUT_MS = 60_000;

/** What all starts have in common. */
type Launch = Pick<ProgramOptions, "onLine" | "startTimeoutMs" | "signal">;

interface Service {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly readyUrl: string;
  /** What remains to be done once it is ready. */
  readonly afterwards?: () => Promise<void>;
}

export class LocalSystem {
  readonly #options: LocalSystemOptions;
  readonly #running: Record<Group, Supervised[]> = {
    agents: [],
    helpers: [],
    restate: [],
    collector: [],
    jaeger: [],
  };

  constructor(options: LocalSystemOptions) {
    this.#options = options;
  }

  /**
   * Starts all at once and registers the agents; resolves when all are ready.
   *
   * @throws FailedStart for the first that does not come up, or the signal's reason; what has started runs on until `stop`
   */
  async start(signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const ends = AbortSignal.any([signal, failed.signal]);
    const restate = this.#startRestate(ends);
    const { ports } = this.#options;
    const starts: Promise<unknown>[] = [
      restate,
      ...(ports.simulator === undefined
        ? []
        : [this.#startService(this.#simulator(ports.simulator), "helpers", ends)]),
      ...agents.map(({ name }) => this.#startService(this.#agent(name, restate), "agents", ends)),
      this.#startService(this.#gateway(), "helpers", ends),
      this.#startTelemetry(ends),
    ];
    try {
      await Promise.all(starts);
    } catch (error) {
      failed.abort();
      // So that nothing starts any more behind the back of whoever stops this.
      await Promise.allSettled(starts);
      throw error;
    }
  }

  /** The agents' process ids, by their names. */
  pids(): ReadonlyMap<string, number> {
    return new Map(this.#running.agents.map(({ name, pid }) => [name, pid]));
  }

  async stop(): Promise<void> {
    for (const group of GROUPS) {
      await Promise.all(this.#running[group].map((supervised) => supervised.stop()));
    }
    this.#options.telemetry?.clear();
  }

  /** Ends all at once. */
  kill(): void {
    for (const supervised of Object.values(this.#running).flat()) supervised.kill();
    this.#options.telemetry?.clear();
  }

  #simulator(port: number): Service {
    return {
      name: simulator.name,
      settings: simulatorSettings(this.#options),
      readyUrl: `http://127.0.0.1:${port}${simulator.livePath}`,
    };
  }

  #gateway(): Service {
    return {
      name: gateway.name,
      settings: gatewaySettings(this.#options),
      readyUrl: `http://127.0.0.1:${this.#options.ports.gateway}${gateway.livePath}`,
    };
  }

  #agent(name: string, restate: Promise<RestateServer>): Service {
    const { port, healthPort } = this.#options.ports.agents.get(name) ?? { port: 0, healthPort: 0 };
    return {
      name,
      settings: agentSettings(name, this.#options),
      readyUrl: `http://127.0.0.1:${healthPort}/readyz`,
      // By force: the same address may have served older code at the last start.
      afterwards: async () => (await restate).register(`http://127.0.0.1:${port}`),
    };
  }

  async #startRestate(signal: AbortSignal): Promise<RestateServer> {
    const { stateDir, ports, logs, progress } = this.#options;
    const name = "restate-server";
    return progress.step(name, async () => {
      try {
        const server = await startRestateServer({
          dataDir: join(stateDir, "restate"),
          ports: ports.restate,
          env: restateSettings(this.#options),
          onLog: logs.sink(name),
          startTimeoutMs: START_TIMEOUT_MS,
          signal,
        });
        this.#supervise(name, server, "restate");
        return server;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof RestateStartError)) throw error;
        const why =
          error.outcome === "exited"
            ? (logs.reason(name) ?? "it ended at once")
            : `it did not answer within ${START_TIMEOUT_MS / 1000} seconds`;
        throw new FailedStart(
          `${name} did not start: ${why}. Its log: ${logs.path(name)}. ` +
            `If the data in ${shown(stateDir)} is the cause, such as that of a newer version, \`npm run reset\` drops it.`,
        );
      }
    });
  }

  async #startTelemetry(signal: AbortSignal): Promise<void> {
    const { telemetry, ports } = this.#options;
    if (telemetry === undefined || ports.telemetry === undefined) return;
    const { jaegerUi, metrics } = ports.telemetry;
    const readyUrls = {
      jaeger: `http://127.0.0.1:${jaegerUi}/api/services`,
      collector: `http://127.0.0.1:${metrics}/metrics`,
    };
    for (const name of ["jaeger", "collector"] as const) {
      const program = { name, command: telemetry[name], env: telemetry.env, readyUrl: readyUrls[name] };
      await this.#startProcess(name, name, (options) => startProgram({ ...program, ...options }), signal);
    }
  }

  #startService(service: Service, group: Group, signal: AbortSignal): Promise<void> {
    const { name, settings: env, readyUrl, afterwards } = service;
    const start = (options: Launch) =>
      startServiceProcess({ name, entry: entryOf(name), readyUrl, env, ...options });
    return this.#startProcess(name, group, start, signal, afterwards);
  }

  #startProcess(
    name: string,
    group: Group,
    start: (options: Launch) => Promise<Restartable>,
    signal: AbortSignal,
    afterwards?: () => Promise<void>,
  ): Promise<void> {
    const { logs, progress } = this.#options;
    return progress.step(name, async () => {
      try {
        const options = { onLine: logs.sink(name), startTimeoutMs: START_TIMEOUT_MS, signal };
        this.#supervise(name, await start(options), group);
      } catch (error) {
        signal.throwIfAborted();
        throw new FailedStart(
          `${name} did not start: ${logs.reason(name) ?? describeFailure(error)} (its log: ${logs.path(name)})`,
        );
      }
      await afterwards?.();
    });
  }

  #supervise(name: string, process: Restartable, group: Group): void {
    const { logs } = this.#options;
    const say = (level: "warn" | "error" | "ok", text: string) => logs.say("npm start", level, text);
    this.#running[group].push(new Supervised(process, { name, log: logs.path(name), say }));
  }
}
