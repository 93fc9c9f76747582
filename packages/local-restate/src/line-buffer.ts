/**
 * The last lines a process wrote: what an error message quotes, and what a test waits for.
 */

import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export type LineListener = (line: string) => void;

/** Keeps the last `capacity` lines and notifies listeners of each new one. */
export class LineBuffer {
  readonly #capacity: number;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<LineListener>();

  constructor(capacity = 200) {
    this.#capacity = capacity;
  }

  /** Reads a process's output until it ends. */
  readFrom(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) =>
      this.push(line),
    );
  }

  push(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > this.#capacity) this.#lines.shift();
    for (const listener of this.#listeners) listener(line);
  }

  /** Calls `listener` for each later line until the returned function is called. */
  onLine(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The last lines, oldest first. */
  lines(): string[] {
    return [...this.#lines];
  }

  clear(): void {
    this.#lines.length = 0;
  }
}
