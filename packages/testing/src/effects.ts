/**
 * Counts effects by name: what a handler did to the world outside, as opposed to how often Restate ran its code.
 */

import { deepStrictEqual } from "node:assert/strict";

/**
 * Counts named effects. Count inside a durable step, since code around it runs again at each replay. Before a test kills
 * anything it must wait until the step is stored (`waitForStatus` on `journal_size`): a crash between an effect and the
 * journal's entry of it makes the effect happen again, which no journal can prevent.
 */
export class EffectCounter {
  readonly #counts = new Map<string, number>();

  /** Counts one effect. @returns how often it has happened now. */
  hit(name: string): number {
    const count = this.count(name) + 1;
    this.#counts.set(name, count);
    return count;
  }

  /** How often the effect has happened. */
  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** All counts, by name. */
  snapshot(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([left], [right]) => left.localeCompare(right)));
  }

  reset(): void {
    this.#counts.clear();
  }

  /** Fails the test unless each of `names` has happened exactly once, showing all that did not. */
  expectOnce(names: readonly string[]): void {
    deepStrictEqual(
      Object.fromEntries(names.map((name) => [name, this.count(name)])),
      Object.fromEntries(names.map((name) => [name, 1])),
    );
  }
}
