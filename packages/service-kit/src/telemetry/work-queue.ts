// Queues telemetry's work and does it in one go: piece by piece, between the steps of runs, it takes several times as
// long.

import { diag } from "@opentelemetry/api";

// A process that is killed loses what waits.
const WAIT_MS = 100;
const MOST_WAITING = 256;

export class WorkQueue {
  #work: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Does it in a while. It must not wait. */
  add(work: () => void): void {
    this.#work.push(work);
    if (this.#work.length >= MOST_WAITING) this.empty();
    else this.#timer ??= setTimeout(() => this.empty(), WAIT_MS).unref();
  }

  /** Does all that waits. */
  empty(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const all = this.#work;
    this.#work = [];
    for (const work of all) {
      try {
        work();
      } catch (error) {
        // Telemetry that fails costs nothing else.
        diag.error(`telemetry failed: ${error instanceof Error ? error.name : "_OTHER"}`);
      }
    }
  }
}
