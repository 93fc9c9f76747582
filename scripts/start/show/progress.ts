// Shows the start line by line: each part with the time it took, and below them those still on their way.

import { NAME_WIDTH } from "./name-width.ts";
import type { Terminal } from "./terminal.ts";

const TIME_WIDTH = 7;

export class Progress {
  readonly #terminal: Terminal;
  readonly #startedAt = performance.now();
  readonly #pending = new Set<string>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows that something starts, and when it has. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#pending.add(name);
    this.#terminal.status(() => `${seconds(this.#startedAt)}  starting ${[...this.#pending].join(", ")}`);
    try {
      const result = await work();
      const { paint } = this.#terminal;
      const time = paint("dim", seconds(this.#startedAt).padStart(TIME_WIDTH));
      this.#pending.delete(name);
      this.#terminal.line(`  ${paint("green", "✔")} ${name.padEnd(NAME_WIDTH)}${time}`);
      return result;
    } finally {
      this.#pending.delete(name);
      if (this.#pending.size === 0) this.#terminal.status(undefined);
    }
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
