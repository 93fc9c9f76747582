// A step's own count of its attempts. Restate counts how often the invocation was retried since its journal last grew,
// whichever step failed: beside others, a step would get fewer attempts than it asks for, or more, and each retry, with
// the wait before it, would hold all others up. So a step with a bound journals each failed attempt, waits durably
// while the others go on, and runs again.

import {
  type Duration,
  PauseError,
  RetryableError,
  type RunOptions,
  TerminalError,
} from "@restatedev/restate-sdk";

/** Restate's retry options with a number of attempts. Its defaults hold for what is left out. */
export type RetryBounds = Omit<RunOptions<unknown>, "serde"> & { readonly maxRetryAttempts: number };

// Marks a journaled failure as one of a single attempt, and not of the step. Restate keeps metadata since 1.6.
const RETRY_AFTER = "retry-after-ms";
const DURATION = "duration-ms";
const STARTED = "started-at-ms";
const ERROR_TYPE = "error-type";

/** An attempt that failed, as the journal has it. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Milliseconds since 1970; undefined in journals of versions that did not store it. */
  readonly startedAt: number | undefined;
  readonly durationMs: number;
  /** The class of what went wrong: an HTTP status, or an error's name. */
  readonly errorType: string;
}

/**
 * Runs inside of a step: makes what the action throws a journaled failure of this attempt.
 *
 * @param signal aborted when the attempt is over anyway, so that what is thrown then says nothing of the action
 */
export async function journalingFailure<T>(action: () => Promise<T> | T, signal: AbortSignal): Promise<T> {
  const started = Date.now();
  try {
    return await action();
  } catch (error) {
    if (signal.aborted || error instanceof TerminalError || error instanceof PauseError) throw error;
    const retryAfter = error instanceof RetryableError ? error.retryAfter : undefined;
    throw new TerminalError(error instanceof Error ? error.message : String(error), {
      metadata: {
        [RETRY_AFTER]: retryAfter === undefined ? "" : String(toMillis(retryAfter)),
        [DURATION]: String(Date.now() - started),
        [STARTED]: String(started),
        [ERROR_TYPE]: errorTypeOf(error),
      },
    });
  }
}

/**
 * Runs a step until it succeeds, fails for good, or has used up its attempts or its time.
 *
 * @param step one attempt of it, wrapped in {@link journalingFailure}
 * @param sleep waits durably, in milliseconds
 * @param onFailure called for each attempt that failed
 * @throws TerminalError with the last attempt's message
 */
export async function withBoundedRetries<T>(
  bounds: RetryBounds,
  step: () => Promise<T>,
  sleep: (ms: number) => Promise<void>,
  onFailure?: (failed: FailedAttempt) => void,
): Promise<T> {
  const { initialRetryInterval = 50, retryIntervalFactor = 2, maxRetryInterval = 10_000 } = bounds;
  const { maxRetryAttempts, maxRetryDuration = Number.POSITIVE_INFINITY } = bounds;
  let spent = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof TerminalError) || error.metadata?.[DURATION] === undefined) throw error;
      const backoff = toMillis(initialRetryInterval) * retryIntervalFactor ** (attempt - 1);
      const wish = error.metadata[RETRY_AFTER];
      const wait = wish ? Number(wish) : Math.min(backoff, toMillis(maxRetryInterval));
      const durationMs = Number(error.metadata[DURATION]);
      const { [STARTED]: startedAt, [ERROR_TYPE]: errorType = "Error" } = error.metadata;
      onFailure?.({ attempt, startedAt: startedAt ? Number(startedAt) : undefined, durationMs, errorType });
      spent += durationMs + wait;
      if (attempt >= maxRetryAttempts || spent > toMillis(maxRetryDuration)) {
        throw new TerminalError(error.message, { errorCode: error.code });
      }
      await sleep(wait);
    }
  }
}

function toMillis(duration: Duration | number): number {
  if (typeof duration === "number") return duration;
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = duration;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
}

/** The class of an error, in few different words: `type` of errors that have one, else its name. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return "Error";
  return "type" in error && typeof error.type === "string" ? error.type : error.name;
}
