/** Lets a test wait for a call instead of asking again and again whether it has come. */
import type { SimulatedRequest } from "../wire/simulated-request.ts";

/** Chooses the calls one waits for. */
export type CallPredicate = (request: SimulatedRequest) => boolean;

interface Waiter {
  predicate: CallPredicate;
  resolve: (request: SimulatedRequest) => void;
  reject: (error: Error) => void;
}

/** Hands each arriving call to those who wait for one like it. */
export class Arrivals {
  readonly #waiters = new Set<Waiter>();

  /** Resolves when the next matching call arrives, before its reply. */
  next(predicate: CallPredicate = () => true): Promise<SimulatedRequest> {
    const arrival = new Promise<SimulatedRequest>((resolve, reject) => {
      this.#waiters.add({ predicate, resolve, reject });
    });
    // A test that no longer waits must not be ended by the rejection of stop().
    arrival.catch(() => undefined);
    return arrival;
  }

  /** A call has arrived. */
  announce(request: SimulatedRequest): void {
    for (const waiter of this.#waiters) {
      try {
        if (!waiter.predicate(request)) continue;
        waiter.resolve(request);
      } catch (error) {
        // The mistake is the waiter's, not that of the call.
        waiter.reject(error instanceof Error ? error : new Error(String(error)));
      }
      this.#waiters.delete(waiter);
    }
  }

  /** No call will come any more. */
  close(): void {
    for (const waiter of this.#waiters) {
      waiter.reject(new Error("The simulator was stopped before a matching call arrived."));
    }
    this.#waiters.clear();
  }
}
