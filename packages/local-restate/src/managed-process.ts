/**
 * A child process that can be killed, restarted and quoted: what the Restate server and a service's own process have in
 * common.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { LineBuffer, type LineListener } from "./line-buffer.ts";
import { guardAgainstOrphan } from "./orphan-guard.ts";

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** False when nobody asked for the end: the process died by itself. */
  expected: boolean;
}

export interface ProcessCommand {
  /** What messages call the process. */
  name: string;
  file: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string | undefined;
  onLine?: LineListener | undefined;
}

interface Running {
  child: ChildProcess;
  exited: Promise<ProcessExit>;
  /** Set before the process is ended on purpose. */
  expected: boolean;
}

/** What a child gets of this process's environment: enough to run, nothing that makes a test depend on its shell. */
const INHERITED = ["PATH", "HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"];

const CLOSE_GRACE_MS = 1_000;

export class ManagedProcess {
  readonly output = new LineBuffer();
  readonly #command: ProcessCommand;
  #running: Running | undefined;

  constructor(command: ProcessCommand) {
    this.#command = command;
    if (command.onLine !== undefined) this.output.onLine(command.onLine);
  }

  get name(): string {
    return this.#command.name;
  }

  get pid(): number {
    const pid = this.#running?.child.pid;
    if (pid === undefined) throw new Error(`${this.name} has not been started`);
    return pid;
  }

  /** Resolves when the current process has ended and all its output has been read. */
  get exited(): Promise<ProcessExit> {
    if (this.#running === undefined) throw new Error(`${this.name} has not been started`);
    return this.#running.exited;
  }

  /** Starts the process; the output of an earlier one is forgotten. */
  start(): void {
    const { file, args, env, cwd, name } = this.#command;
    this.output.clear();
    const child = spawn(file, args, {
      env: { ...inheritedEnvironment(), ...env },
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C in a terminal ends the whole foreground group, and only whoever started the processes
      // knows the order in which they end. The guard ends those it leaves behind.
      detached: true,
    });
    this.output.readFrom(child.stdout);
    this.output.readFrom(child.stderr);
    const dismissGuard = child.pid === undefined ? () => {} : guardAgainstOrphan(child.pid);
    const exited = new Promise<ProcessExit>((resolve) => {
      child.once("error", (error) => {
        if (child.pid !== undefined) return;
        this.output.push(`ERROR ${name} could not be run: ${error.message}`);
        resolve({ code: null, signal: null, expected: false });
      });
      const ended = (code: number | null, signal: NodeJS.Signals | null) =>
        resolve({ code, signal, expected: running.expected });
      child.once("close", ended);
      child.once("exit", (code, signal) => {
        dismissGuard();
        // A process of its own that outlives it can hold its outputs open, so that `close` does not come.
        setTimeout(ended, CLOSE_GRACE_MS, code, signal).unref();
      });
    });
    const running: Running = { child, exited, expected: false };
    this.#running = running;
  }

  /** Sends a signal, after `graceMs` SIGKILL, and waits for the end; an ended process is left as it is. */
  async end(signal: "SIGTERM" | "SIGKILL", graceMs: number): Promise<ProcessExit | undefined> {
    const running = this.#running;
    if (running === undefined) return undefined;
    running.expected = true;
    running.child.kill(signal);
    const lastResort = setTimeout(() => running.child.kill("SIGKILL"), graceMs);
    const exit = await running.exited;
    clearTimeout(lastResort);
    return exit;
  }
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
