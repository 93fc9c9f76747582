// Keeps a process running: one that dies is started again, at once the first time and later the more it dies.

import { setTimeout as delay } from "node:timers/promises";

/** A process as the test package's launchers give it. */
export interface Restartable {
  readonly pid: number;
  /** Settles when the current process has ended; another promise after `restart`. */
  readonly exited: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly expected: boolean;
  }>;
  restart(): Promise<void>;
  stop(): Promise<unknown>;
}

export interface SupervisedOptions {
  readonly name: string;
  /** Where its log is, for those who want to know why it died. */
  readonly log: string;
  readonly say: (level: "warn" | "error" | "ok", text: string) => void;
  /** Waits before a restart, in milliseconds; the last one is for all later ones. */
  readonly backoffMs?: readonly number[];
  /** Deaths further apart than this have nothing to do with each other, in milliseconds. */
  readonly quickMs?: number;
}

const BACKOFF_MS = [0, 1_000, 2_000, 5_000, 15_000];
const QUICK_MS = 30_000;

export class Supervised {
  readonly #process: Restartable;
  readonly #options: Required<SupervisedOptions>;
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;

  constructor(process: Restartable, options: SupervisedOptions) {
    this.#process = process;
    this.#options = { backoffMs: BACKOFF_MS, quickMs: QUICK_MS, ...options };
    this.#watching = this.#watch();
  }

  get name(): string {
    return this.#options.name;
  }

  /** Of the current process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#process.stop();
    await this.#watching;
    // A restart that was under way can have made another one.
    await this.#process.stop();
  }

  /** Ends it at once, without waiting for its end. */
  kill(): void {
    this.#stopping.abort();
    try {
      process.kill(this.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    let quickDeaths = 0;
    for (;;) {
      const startedAt = performance.now();
      const { code, signal: killedBy, expected } = await this.#process.exited;
      if (signal.aborted || expected) return;
      quickDeaths = performance.now() - startedAt < this.#options.quickMs ? quickDeaths + 1 : 1;
      let end = killedBy === null ? `ended with exit code ${code}` : `was ended by ${killedBy}`;
      while (!(await this.#startAgain(end, quickDeaths))) {
        if (signal.aborted) return;
        quickDeaths++;
        end = "did not come up";
      }
    }
  }

  async #startAgain(end: string, quickDeaths: number): Promise<boolean> {
    const { name, log, say, backoffMs } = this.#options;
    const { signal } = this.#stopping;
    const wait = backoffMs[Math.min(quickDeaths, backoffMs.length) - 1] ?? 0;
    const when = wait === 0 ? "starting it again" : `starting it again in ${wait / 1000} s`;
    if (quickDeaths >= backoffMs.length) {
      say("error", `${name} keeps dying (${quickDeaths} times, it ${end}): ${log} tells why; ${when}`);
    } else {
      say("warn", `${name} ${end}; ${when}`);
    }
    try {
      await delay(wait, undefined, { signal });
      const startedAt = performance.now();
      await this.#process.restart();
      if (!signal.aborted) {
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        say("ok", `${name} is back after ${seconds} s (process ${this.pid})`);
      }
      return true;
    } catch {
      return false;
    }
  }
}
