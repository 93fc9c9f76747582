// The error of a body that failed and could not be undone entirely.

import { TerminalError } from "@restatedev/restate-sdk";

/** A compensation that failed for good. */
export interface FailedCompensation {
  readonly name: string;
  readonly error: unknown;
}

/**
 * What a protected body failed with, when some of its compensations failed for good: somebody must undo those by hand.
 * It has the message and the code of the body's own error, which is its `cause`.
 */
export class CompensationError extends TerminalError {
  override readonly cause: TerminalError;
  /** The compensations that failed, in the order in which they were tried. */
  readonly failed: readonly FailedCompensation[];

  constructor(cause: TerminalError, failed: readonly FailedCompensation[]) {
    const names = failed.map(({ name }) => `"${name}"`).join(", ");
    super(`${cause.message} (and then these compensations failed, undo them by hand: ${names})`, {
      errorCode: cause.code,
      metadata: cause.metadata ?? {},
    });
    this.name = "CompensationError";
    this.cause = cause;
    this.failed = failed;
  }
}
