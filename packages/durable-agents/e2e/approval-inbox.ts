// Sees what the runs of the approval desk do, and waits for what they ask.

import { EffectCounter } from "@holdfast/testing";
import type { ApprovalRequest } from "../src/approvals/index.ts";
import type { DeskObserver } from "./approval-desk.ts";

export class ApprovalInbox implements DeskObserver {
  readonly #effects = new EffectCounter();
  readonly #requests = new Map<string, ApprovalRequest[]>();
  readonly #waiting = new Set<() => void>();

  readonly request = (invocation: string, request: ApprovalRequest): void => {
    this.#requests.set(invocation, [...this.requests(invocation), request]);
    this.#changed();
  };

  readonly effect = (invocation: string, effect: string): void => {
    this.#effects.hit(`${invocation} ${effect}`);
    this.#changed();
  };

  /** All requests of a run so far. */
  requests(invocation: string): readonly ApprovalRequest[] {
    return this.#requests.get(invocation) ?? [];
  }

  /** What a run has done so far, each as often as it was done. */
  effects(invocation: string): string[] {
    return Object.entries(this.#effects.snapshot()).flatMap(([name, count]) =>
      name.startsWith(`${invocation} `) ? Array(count).fill(name.slice(invocation.length + 1)) : [],
    );
  }

  /** Waits until the run has made so many requests, and returns the last of them. */
  async asked(invocation: string, count = 1): Promise<ApprovalRequest> {
    const last = () => this.requests(invocation)[count - 1];
    await this.#until(() => last() !== undefined);
    return last() as ApprovalRequest;
  }

  /** Waits for an effect that starts so, and returns it. */
  async did(invocation: string, start: string): Promise<string> {
    const found = () => this.effects(invocation).find((effect) => effect.startsWith(start));
    await this.#until(() => found() !== undefined);
    return found() as string;
  }

  #changed(): void {
    for (const check of this.#waiting) check();
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}
