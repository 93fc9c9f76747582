// Drains a service between SIGTERM and its end: running invocations finish, or are left where they wait.

import { setTimeout } from "node:timers/promises";
import type { HooksProvider } from "@restatedev/restate-sdk";

// An invocation that works is between two steps for less than this, in milliseconds.
const IDLE_AFTER_MS = 250;
const POLL_MS = 25;
// The last part of the time is for steps that run: new ones would not finish in it.
const SHARE_FOR_NEW_STEPS = 0.8;

/**
 * Knows which durable steps run in this process. An invocation that waits for something has none; cutting it off
 * loses nothing, as Restate goes on with it elsewhere from its journal.
 */
export class Drain {
  #running = 0;
  #idleSince = performance.now();
  #closed = false;

  /** Restate's hook that sees each step. */
  readonly hooks: HooksProvider = () => ({
    interceptor: {
      run: async (_name, next) => {
        // The step starts in another process, after this one's connection is cut.
        if (this.#closed) return new Promise<never>(() => {});
        this.#running++;
        try {
          await next();
        } finally {
          this.#running--;
          this.#idleSince = performance.now();
        }
      },
    },
  });

  /**
   * Waits until no invocation works here any more, at most `timeoutMs`. Steps that run are let finish; near the end
   * no new ones start.
   *
   * @returns whether all steps finished
   */
  async settled(timeoutMs: number): Promise<boolean> {
    const start = performance.now();
    for (;;) {
      const now = performance.now();
      this.#closed = now - start >= timeoutMs * SHARE_FOR_NEW_STEPS;
      if (this.#running === 0 && now - this.#idleSince >= IDLE_AFTER_MS) return true;
      if (now - start >= timeoutMs) return false;
      await setTimeout(POLL_MS);
    }
  }
}
