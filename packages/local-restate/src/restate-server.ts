/**
 * A real `restate-server` as a child process: for tests, which kill and restart it, and for a local run of the product.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RestateAdmin } from "@holdfast/restate-admin";
import { z } from "zod";
import { freePort } from "./free-ports.ts";
import { ManagedProcess, type ProcessExit } from "./managed-process.ts";
import { restateBinary } from "./restate-binary.ts";
import { type RestateMode, type RestatePorts, restateEnvironment } from "./restate-settings.ts";
import { PortInUseError, refusePortsInUse, startFailure } from "./restate-start-error.ts";
import { httpProbe, untilHealthy } from "./until-healthy.ts";

export interface RestateServerOptions {
  /** `default`, or `always-replay`: a replay of the journal at every step. */
  mode?: RestateMode;
  /** Where the server keeps its data. Default: a new temporary directory, removed by `stop`. */
  dataDir?: string;
  /**
   * Whether each step waits until the disk has it. Default: only with a `dataDir` of the caller's. Without it data
   * survives a kill of the server but not of the machine, which a temporary directory need not, and a step is a third
   * faster or, on slow disks, many times. Set it for benchmarks.
   */
  fsync?: boolean;
  /** Default: free ports. */
  ports?: RestatePorts;
  /** Settings for the server, laid over those of `restate-settings.ts`. */
  env?: Readonly<Record<string, string>>;
  /** Gets each line the server logs. */
  onLog?: (line: string) => void;
  /** How long the server may take until it answers; 20 seconds by default. */
  startTimeoutMs?: number;
  /** Ends a start that is under way; the server is killed, and the start rejects. */
  signal?: AbortSignal;
}

export interface RestateServer {
  readonly ingressUrl: string;
  readonly adminUrl: string;
  readonly mode: RestateMode;
  readonly ports: RestatePorts;
  readonly dataDir: string;
  /** The server's own process, no wrapper's; another one after `restart`. */
  readonly pid: number;
  /** Resolves when the current process has ended, for whatever reason; a new promise after `restart`. */
  readonly exited: Promise<ProcessExit>;
  readonly admin: RestateAdmin;
  /** Registers the services at `serviceUrl`, in place of those that were registered there before. */
  register(serviceUrl: string): Promise<void>;
  /** Rows of a SQL query on Restate's tables (`sys_invocation`, `sys_journal`, `state`, …). */
  query<T>(sql: string, rowSchema: z.ZodType<T>): Promise<T[]>;
  /** Cancels an invocation and those it called; their handlers see a CancelledError. */
  cancel(invocationId: string): Promise<void>;
  /** The last lines the server logged, oldest first. */
  logs(): string[];
  /** Kills the server with SIGKILL, as a crash would, and waits for its end. Its data stays. */
  kill(): Promise<void>;
  /** Starts the server again on the same ports and data, after a `kill` or in place of the running one. */
  restart(): Promise<void>;
  /** Ends the server: SIGTERM, after five seconds SIGKILL. Removes the data directory if it was a temporary one. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;
const STOP_GRACE_MS = 5_000;
// Somebody else can take a free port before the server does; with ports of our own choice another try is harmless.
const START_ATTEMPTS = 3;

/**
 * Starts a server and waits until its ingress and its admin API answer and its tables can be queried.
 *
 * @throws Error with the cause (a port in use, the server's own error lines) and what to do about it.
 */
export async function startRestateServer(options: RestateServerOptions = {}): Promise<RestateServer> {
  const data: DataDir = {
    path: options.dataDir ?? (await mkdtemp(join(tmpdir(), "holdfast-restate-"))),
    temporary: options.dataDir === undefined,
  };
  const { signal } = options;
  for (let attempt = 1; ; attempt++) {
    const server = new LocalRestateServer(options, data, options.ports ?? (await freePorts()));
    const abandon = () => void server.kill();
    signal?.addEventListener("abort", abandon, { once: true });
    try {
      await server.start(signal);
      return server;
    } catch (error) {
      const anotherTry =
        error instanceof PortInUseError && options.ports === undefined && attempt < START_ATTEMPTS;
      await server.kill();
      if (anotherTry) continue;
      await removeIfTemporary(data);
      throw error;
    } finally {
      signal?.removeEventListener("abort", abandon);
    }
  }
}

interface DataDir {
  path: string;
  temporary: boolean;
}

async function removeIfTemporary({ path, temporary }: DataDir): Promise<void> {
  if (temporary) await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

async function freePorts(): Promise<RestatePorts> {
  return { ingress: await freePort(), admin: await freePort(), node: await freePort() };
}

class LocalRestateServer implements RestateServer {
  readonly ingressUrl: string;
  readonly adminUrl: string;
  readonly mode: RestateMode;
  readonly ports: RestatePorts;
  readonly dataDir: string;
  readonly admin: RestateAdmin;
  readonly #process: ManagedProcess;
  readonly #startTimeoutMs: number;
  readonly #data: DataDir;

  constructor(options: RestateServerOptions, data: DataDir, ports: RestatePorts) {
    const { mode = "default", fsync = !data.temporary, env = {} } = options;
    this.mode = mode;
    this.ports = ports;
    this.dataDir = data.path;
    this.ingressUrl = `http://127.0.0.1:${ports.ingress}`;
    this.adminUrl = `http://127.0.0.1:${ports.admin}`;
    this.#data = data;
    this.admin = new RestateAdmin(this.adminUrl);
    this.#startTimeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
    this.#process = new ManagedProcess({
      name: "restate-server",
      file: restateBinary(),
      args: ["--no-logo"],
      env: restateEnvironment({ mode, dataDir: data.path, ports, fsync, env }),
      onLine: options.onLog,
    });
  }

  get pid(): number {
    return this.#process.pid;
  }

  get exited(): Promise<ProcessExit> {
    return this.#process.exited;
  }

  async start(signal?: AbortSignal): Promise<void> {
    await refusePortsInUse(this.ports);
    signal?.throwIfAborted();
    this.#process.start();
    const outcome = await untilHealthy(
      [
        httpProbe(`${this.adminUrl}/health`),
        httpProbe(`${this.ingressUrl}/restate/health`),
        // Both answer some 100 ms before the partition is there; until then queries fail and calls wait.
        (signal) => canQuery(new RestateAdmin(this.adminUrl, { signal })),
      ],
      this.#process.exited,
      this.#startTimeoutMs,
    );
    if (outcome === "healthy") return;
    const givenDataDir = this.#data.temporary ? undefined : this.dataDir;
    throw startFailure(outcome, this.ports, givenDataDir, this.logs());
  }

  async register(serviceUrl: string): Promise<void> {
    await this.admin.register(serviceUrl, { force: true });
  }

  query<T>(sql: string, rowSchema: z.ZodType<T>): Promise<T[]> {
    return this.admin.query(sql, rowSchema);
  }

  cancel(invocationId: string): Promise<void> {
    return this.admin.cancel(invocationId);
  }

  logs(): string[] {
    return this.#process.output.lines();
  }

  async kill(): Promise<void> {
    await this.#process.end("SIGKILL", STOP_GRACE_MS);
  }

  async restart(): Promise<void> {
    await this.#process.end("SIGTERM", STOP_GRACE_MS);
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#process.end("SIGTERM", STOP_GRACE_MS);
    await removeIfTemporary(this.#data);
  }
}

/** Whether the partitions, of which the tables are made, are there yet. */
async function canQuery(admin: RestateAdmin): Promise<boolean> {
  await admin.query("SELECT id FROM sys_invocation LIMIT 1", z.unknown());
  return true;
}
