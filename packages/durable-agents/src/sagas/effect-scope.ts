// The scope of code that durable operations belong to, so that a body that failed can be undone: nothing new may begin in it, what
// it began must have ended, and what undoes it must not be cancelled itself.

import { CancelledError, TerminalError } from "@restatedev/restate-sdk";
import { currentScope, type OperationScope, type Underway, withScope } from "../runtime/operations.ts";

/** The effects of one body, those of bodies within it included. */
export class EffectScope implements OperationScope {
  readonly #outer: OperationScope | undefined;
  readonly #underway = new Map<Underway, { cancelled: boolean }>();
  #closed = false;

  /** Whether its operations outlast a cancellation of the invocation. */
  readonly outlastsCancellation: boolean;

  private constructor(outer: OperationScope | undefined, outlastsCancellation: boolean) {
    this.#outer = outer;
    this.outlastsCancellation = outlastsCancellation;
  }

  /** A scope for a body that begins here. */
  static within(outer = currentScope()): EffectScope {
    return new EffectScope(outer, outer?.outlastsCancellation ?? false);
  }

  /** Runs what undoes effects: apart from every body, and whatever is cancelled meanwhile. */
  static undoing<T>(body: () => Promise<T>): Promise<T> {
    return withScope(new EffectScope(undefined, true), body);
  }

  run<T>(body: () => T): T {
    return withScope(this, body);
  }

  /** @throws TerminalError when this body, or one around it, was closed */
  assertOpen(operation: string): void {
    if (this.#closed) {
      throw new TerminalError(
        `Durable operation "${operation}" was started after its body had failed and was being undone. ` +
          "Await everything that a body protected by Compensations starts.",
      );
    }
    this.#outer?.assertOpen(operation);
  }

  /** Remembers an operation until its caller has its result. */
  began(underway: Underway, result: Promise<unknown>): void {
    const state = { cancelled: false };
    this.#underway.set(underway, state);
    const ended = () => void this.#underway.delete(underway);
    result.then(ended, (error: unknown) => {
      // The caller goes on without it, but it may not have ended yet.
      if (error instanceof CancelledError) state.cancelled = true;
      else ended();
    });
    this.#outer?.began(underway, result);
  }

  /** Lets nothing begin any more, ends calls that are under way, and waits until all has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    // Restate has cancelled the calls of a cancelled invocation, and once is enough.
    const running = [...this.#underway].filter(([, { cancelled }]) => !cancelled);
    for (const [{ cancel }] of running) await cancel?.();
    await Promise.allSettled([...this.#underway.keys()].map(({ end }) => end()));
  }
}
