// A step that fails ends the whole attempt: Restate replays the handler and runs the step again. Its siblings that
// are still running would lose their results and have their effects twice. The gate holds the failure back until
// they have finished and been journaled, and lets no new step start meanwhile.

import { setImmediate } from "node:timers/promises";
import { TerminalError } from "@restatedev/restate-sdk";

const never = <T>(): Promise<T> => new Promise<T>(() => {});

export class StepGate {
  #running = 0;
  #failing = false;
  readonly #waiting: (() => void)[] = [];

  /**
   * Runs one step's action; see the header for what happens when it throws something that Restate retries.
   *
   * @param cancelled aborted when nobody waits for the step any more: what its action throws then is no failure
   */
  async run<T>(action: () => Promise<T> | T, cancelled: AbortSignal): Promise<T> {
    if (this.#failing) return never(); // the attempt is about to end; the step starts in the next one
    this.#running++;
    try {
      const value = await action();
      this.#finished();
      return value;
    } catch (error) {
      if (!cancelled.aborted && !(error instanceof TerminalError)) this.#failing = true;
      this.#finished();
      if (cancelled.aborted) return never();
      if (this.#failing) await this.#siblingsJournaled();
      throw error;
    }
  }

  #finished(): void {
    this.#running--;
    if (this.#running === 0) for (const release of this.#waiting.splice(0)) release();
  }

  async #siblingsJournaled(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((release) => this.#waiting.push(release));
    // The last sibling's result is proposed to Restate a few microtasks after its action returned.
    await setImmediate();
  }
}
