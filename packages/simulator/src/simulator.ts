/** Starts a simulator and gives a handle on it. */
import type { AddressInfo } from "node:net";
import type { CallPredicate } from "./calls/arrivals.ts";
import type { Fault, FaultHandle } from "./calls/faults.ts";
import type { Stats } from "./calls/ledger.ts";
import { buildApp } from "./server/app.ts";
import { type Script, type Settings, SimulatorCore } from "./server/simulator-core.ts";
import type { StandIn } from "./stand-in.ts";
import type { SimulatedRequest } from "./wire/simulated-request.ts";

/** How a simulator is started. */
export interface SimulatorOptions extends Partial<Settings> {
  /** Port to listen on; any free one unless given. */
  port?: number;
  /** Address to listen on; 127.0.0.1 unless given. */
  host?: string;
  /** When given, any other bearer token gets OpenAI's 401. */
  apiKey?: string;
  /** What stands in for the agents' models; an agent without one is answered by its tools and schemas alone. */
  standIns?: readonly StandIn[];
}

/** A running simulator. */
export interface Simulator {
  /** Where it listens, without a path. OpenAI's base URL is this and `/v1`. */
  readonly url: string;
  stats(): Stats;
  /** Forgets counters, faults and script. Settings stay, and calls in flight go on. */
  reset(): void;
  /** @throws ZodError when it is no fault */
  inject(fault: Fault): FaultHandle;
  /** Answers calls by a function; what it leaves `undefined`, the simulator answers. Replaces an earlier one. */
  script(fn: Script): void;
  /** The next matching call; resolves when it arrives, before its reply. Rejects when the simulator stops. */
  nextCall(predicate?: CallPredicate): Promise<SimulatedRequest>;
  setLatency(ms: number): void;
  setObedient(obedient: boolean): void;
  /** Stops listening and closes every connection at once, also those that hang. */
  stop(): Promise<void>;
}

/** @throws Error when two stand-ins have the same instructions, or the port cannot be had (code `EADDRINUSE` for one) */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = "127.0.0.1", latencyMs = 0, obedient = false, apiKey, standIns = [] } = options;
  const core = new SimulatorCore({ latencyMs, obedient }, standIns);
  const app = buildApp(core, apiKey);
  await app.listen({ port, host });
  const address = app.server.address() as AddressInfo;
  return {
    url: `http://${urlHost(host)}:${address.port}`,
    stats: () => core.ledger.stats(),
    reset: () => core.reset(),
    inject: (fault) => core.faults.inject(fault),
    script: (script) => void Object.assign(core, { script }),
    nextCall: (predicate) => core.arrivals.next(predicate),
    setLatency: (latencyMs) => void Object.assign(core.settings, { latencyMs }),
    setObedient: (obedient) => void Object.assign(core.settings, { obedient }),
    stop: async () => {
      core.arrivals.close();
      await app.close();
    },
  };
}

// All interfaces are no address to connect to, and an IPv6 address stands in brackets.
function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
