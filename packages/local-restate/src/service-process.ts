/**
 * A service in a process of its own, as in production, so that a test can kill it like a crashed container and see the
 * invocations go on in the next one.
 */

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { LineListener } from "./line-buffer.ts";
import { ManagedProcess, type ProcessExit } from "./managed-process.ts";
import { httpProbe, untilHealthy } from "./until-healthy.ts";

export interface ServiceProcessOptions extends ProcessOptions {
  /** The service's main file; Node runs TypeScript as it is. */
  entry: string | URL;
  args?: readonly string[];
  /** The Node to run it on; this process's own by default. */
  node?: string;
}

/** A program that is no service of ours, such as a collector. */
export interface ProgramOptions extends ProcessOptions {
  command: readonly [file: string, ...args: string[]];
}

interface ProcessOptions {
  /**
   * The service's settings. Of this process's environment only PATH, HOME and their like are passed on. Give the port
   * here (`freePort()`), so that a restart listens where Restate knows the service.
   */
  env?: Readonly<Record<string, string>>;
  /** What messages call it; its file's name by default. */
  name?: string;
  cwd?: string;
  /** The service is ready when this answers with a 2xx. */
  readyUrl?: string;
  /** … or when it prints a line that matches. A named group `url` becomes the process's `url`. */
  ready?: RegExp;
  /** 20 seconds by default. */
  startTimeoutMs?: number;
  onLine?: LineListener;
  /** Ends a start that is under way; the process is killed, and the start rejects. */
  signal?: AbortSignal;
}

export interface ServiceProcess {
  readonly name: string;
  /** Another one after `restart`. */
  readonly pid: number;
  /** The origin of `readyUrl`, or the group `url` of `ready`. */
  readonly url: string | undefined;
  readonly exited: Promise<ProcessExit>;
  /** The last 200 lines on both outputs, oldest first. */
  output(): string[];
  /** Waits for a line that matches, among those of `output()` or later ones; rejects when the process ends first. */
  waitForLine(pattern: RegExp, options?: { timeoutMs?: number }): Promise<string>;
  /** Kills the process with SIGKILL, as a crash would, and waits for its end. */
  kill9(): Promise<void>;
  /**
   * Starts it again with the same arguments and environment; ends it with SIGTERM if it still runs.
   *
   * @param env what changes in its environment from now on
   */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  /** SIGTERM, after ten seconds SIGKILL. @returns the exit code; null if a signal ended it. */
  stop(): Promise<number | null>;
}

const START_TIMEOUT_MS = 20_000;
const LINE_TIMEOUT_MS = 20_000;
const STOP_GRACE_MS = 10_000;
const QUOTED_LINES = 20;

/**
 * Starts the entry with this process's own Node and waits until it is ready.
 *
 * @throws Error with its last lines when it ends or is not ready in time.
 */
export function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const entry = options.entry instanceof URL ? fileURLToPath(options.entry) : options.entry;
  const command = [options.node ?? process.execPath, entry, ...(options.args ?? [])] as const;
  return startProgram({ ...options, name: options.name ?? basename(entry), command });
}

/**
 * Starts a program and waits until it is ready.
 *
 * @throws Error with its last lines when it ends or is not ready in time.
 */
export async function startProgram(options: ProgramOptions): Promise<ServiceProcess> {
  if (options.readyUrl === undefined && options.ready === undefined) {
    throw new Error(
      "A process needs `readyUrl` or `ready` to be started: without one nothing shows when it is ready",
    );
  }
  options.signal?.throwIfAborted();
  const program = new Program(options);
  const abandon = () => void program.kill9();
  options.signal?.addEventListener("abort", abandon, { once: true });
  try {
    await program.start();
    return program;
  } catch (error) {
    await program.kill9();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", abandon);
  }
}

class Program implements ServiceProcess {
  readonly #options: ProgramOptions;
  readonly #process: ManagedProcess;
  readonly #env: Record<string, string>;
  #url: string | undefined;

  constructor(options: ProgramOptions) {
    const [file, ...args] = options.command;
    this.#options = options;
    this.#env = { ...options.env };
    this.#process = new ManagedProcess({
      name: options.name ?? basename(file),
      file,
      args,
      env: this.#env,
      cwd: options.cwd,
      onLine: options.onLine,
    });
  }

  get name(): string {
    return this.#process.name;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get url(): string | undefined {
    return this.#url;
  }

  get exited(): Promise<ProcessExit> {
    return this.#process.exited;
  }

  async start(): Promise<void> {
    const { readyUrl, ready, startTimeoutMs = START_TIMEOUT_MS } = this.#options;
    this.#process.start();
    if (ready !== undefined) {
      const line = await this.waitForLine(ready, { timeoutMs: startTimeoutMs });
      this.#url = line.match(ready)?.groups?.url;
    }
    if (readyUrl !== undefined) {
      const outcome = await untilHealthy([httpProbe(readyUrl)], this.exited, startTimeoutMs);
      if (outcome === "exited") throw await this.#ended(`${readyUrl} answered`);
      if (outcome === "timeout")
        throw this.#failure(`did not answer at ${readyUrl} within ${startTimeoutMs} ms`);
      this.#url ??= new URL(readyUrl).origin;
    }
  }

  output(): string[] {
    return this.#process.output.lines();
  }

  async waitForLine(pattern: RegExp, options: { timeoutMs?: number } = {}): Promise<string> {
    const { output } = this.#process;
    // `search` starts at the line's beginning whatever the pattern's flags, `test` does not.
    const matches = (line: string) => line.search(pattern) >= 0;
    const already = output.lines().find(matches);
    if (already !== undefined) return already;
    const timeoutMs = options.timeoutMs ?? LINE_TIMEOUT_MS;
    let stopListening = () => {};
    let timer: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([
        new Promise<string>((resolve) => {
          stopListening = output.onLine((line) => {
            if (matches(line)) resolve(line);
          });
        }),
        new Promise<never>((_resolve, reject) => {
          timer = setTimeout(
            () => reject(this.#failure(`printed no line like ${pattern} within ${timeoutMs} ms`)),
            timeoutMs,
          );
        }),
        this.exited.then(async () => {
          throw await this.#ended(`it printed a line like ${pattern}`);
        }),
      ]);
    } finally {
      stopListening();
      clearTimeout(timer);
    }
  }

  async kill9(): Promise<void> {
    await this.#process.end("SIGKILL", STOP_GRACE_MS);
  }

  async restart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    Object.assign(this.#env, env);
    await this.#process.end("SIGTERM", STOP_GRACE_MS);
    await this.start();
  }

  async stop(): Promise<number | null> {
    const exit = await this.#process.end("SIGTERM", STOP_GRACE_MS);
    return exit?.code ?? null;
  }

  async #ended(before: string): Promise<Error> {
    const { code, signal } = await this.exited;
    return this.#failure(`ended (${signal ?? `exit code ${code}`}) before ${before}`);
  }

  #failure(what: string): Error {
    const lines = this.output().slice(-QUOTED_LINES);
    const quoted =
      lines.length > 0 ? ["Its last lines:", ...lines.map((line) => `  ${line}`)] : ["It printed nothing."];
    return new Error([`${this.name} ${what}.`, ...quoted].join("\n"));
  }
}
