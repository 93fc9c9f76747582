/** Hands each arriving call to the tests that wait for one like it, so that nobody has to ask again and again. */
import type { SimulatedRequest } from "../wire/simulated-request.ts";

/** Chooses the calls one waits for. */
export type CallPredicate = (request: SimulatedRequest) => boolean;

export class Arrivals {
  readonly #waiters = new Map<PromiseWithResolvers<SimulatedRequest>, CallPredicate>();

  /** Resolves when the next matching call arrives, before its reply. */
  next(predicate: CallPredicate = () => true): Promise<SimulatedRequest> {
    const waiter = Promise.withResolvers<SimulatedRequest>();
    this.#waiters.set(waiter, predicate);
    // A test that no longer waits must not be ended by the rejection of stop().
    waiter.promise.catch(() => undefined);
    return waiter.promise;
  }

  announce(request: SimulatedRequest): void {
    for (const [waiter, predicate] of this.#waiters) {
      try {
        if (!predicate(request)) continue;
        waiter.resolve(request);
      } catch (error) {
        // The mistake is the waiter's, not that of the call.
        waiter.reject(error);
      }
      this.#waiters.delete(waiter);
    }
  }

  /** No call will come any more. */
  close(): void {
    const stopped = new Error("The simulator was stopped before a matching call arrived.");
    for (const waiter of this.#waiters.keys()) waiter.reject(stopped);
    this.#waiters.clear();
  }
}
