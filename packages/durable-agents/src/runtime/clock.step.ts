// The clock, for what runs inside of a durable step.

/** Milliseconds since 1970. */
export function now(): number {
  return Date.now();
}
