// The signals that end the work of steps whose result nobody takes any more. One listener on the attempt serves all
// of its steps: an AbortSignal.any for each of them would cost more than everything else that this library does there.

/** The signals of one attempt's steps. */
export class StepSignals {
  readonly #attempt: AbortSignal;
  readonly #open = new Set<AbortController>();

  /** @param attempt aborts when the attempt has ended, and every step's signal with it */
  constructor(attempt: AbortSignal) {
    this.#attempt = attempt;
    const endAll = () => {
      for (const step of this.#open) step.abort(attempt.reason);
    };
    attempt.addEventListener("abort", endAll, { once: true });
  }

  open(): AbortController {
    const step = new AbortController();
    if (this.#attempt.aborted) step.abort(this.#attempt.reason);
    this.#open.add(step);
    return step;
  }

  /** To be called when the step's caller has its result. */
  close(step: AbortController): void {
    this.#open.delete(step);
  }
}
