/** Starts a simulator: the in-process handle on the HTTP server. */
import type { AddressInfo } from "node:net";
import type { CallPredicate } from "./calls/arrivals.ts";
import type { Fault, FaultHandle } from "./calls/faults.ts";
import type { Stats } from "./calls/ledger.ts";
import { buildApp } from "./server/app.ts";
import { type Script, SimulatorCore } from "./server/simulator-core.ts";
import type { SimulatedRequest } from "./wire/simulated-request.ts";

/** How a simulator is started. */
export interface SimulatorOptions {
  /** Port to listen on; any free one unless given. */
  port?: number;
  /** Address to listen on; 127.0.0.1 unless given. */
  host?: string;
  /** How long each call waits before its reply, in milliseconds; 0 unless given. */
  latencyMs?: number;
  /** Whether the model does whatever the text asks; false unless given. */
  obedient?: boolean;
  /** When given, any other bearer token gets OpenAI's 401. */
  apiKey?: string;
}

/** A running simulator. */
export interface Simulator {
  /** Where it listens, without a path. OpenAI's base URL is this and `/v1`. */
  readonly url: string;
  /** The counters: see {@link Stats}. */
  stats(): Stats;
  /** Forgets counters, faults and script. Settings stay, and calls in flight go on. */
  reset(): void;
  /**
   * Injects a fault.
   *
   * @throws ZodError when it is none
   */
  inject(fault: Fault): FaultHandle;
  /** Answers calls by a function; what it leaves `undefined` is answered by the rules. Replaces an earlier one. */
  script(fn: Script): void;
  /** The next matching call; resolves when it arrives, before its reply. Rejects when the simulator stops. */
  nextCall(predicate?: CallPredicate): Promise<SimulatedRequest>;
  /** Sets how long each later call waits before its reply, in milliseconds. */
  setLatency(ms: number): void;
  /** Sets whether the model does whatever the text asks. */
  setObedient(obedient: boolean): void;
  /** Stops listening and closes every connection at once, also those that hang. */
  stop(): Promise<void>;
}

/**
 * Starts an OpenAI-compatible model server that answers by rules.
 *
 * @throws the error of `listen`, `EADDRINUSE` for one, when the port cannot be had
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = "127.0.0.1", latencyMs = 0, obedient = false, apiKey } = options;
  const core = new SimulatorCore({ latencyMs, obedient });
  const app = buildApp(core, apiKey);
  await app.listen({ port, host });
  const address = app.server.address() as AddressInfo;
  return {
    url: `http://${urlHost(host)}:${address.port}`,
    stats: () => core.ledger.stats(),
    reset: () => core.reset(),
    inject: (fault) => core.faults.inject(fault),
    script: (fn) => {
      core.script = fn;
    },
    nextCall: (predicate) => core.arrivals.next(predicate),
    setLatency: (ms) => {
      core.settings.latencyMs = ms;
    },
    setObedient: (value) => {
      core.settings.obedient = value;
    },
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
