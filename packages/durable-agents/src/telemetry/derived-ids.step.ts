// Ids that are known before their span is made, which OpenTelemetry's API has no argument for.

import { randomUUID } from "node:crypto";

/**
 * An OpenTelemetry `IdGenerator`. It gives logical spans the ids that were derived for them, and all other spans random ones, as
 * OpenTelemetry does by default. To be given to the TracerProvider whose tracer {@link agentTelemetry} uses.
 */
export class DerivedIds {
  #next: { readonly traceId: string; readonly spanId: string } | undefined;

  generateTraceId(): string {
    return this.#next?.traceId ?? randomHex();
  }

  generateSpanId(): string {
    return this.#next?.spanId ?? randomHex().slice(SPAN_ID_DIGITS);
  }

  /** Runs a function that makes one span, with these ids. */
  with<T>(ids: { readonly traceId: string; readonly spanId: string }, makeSpan: () => T): T {
    this.#next = ids;
    try {
      return makeSpan();
    } finally {
      this.#next = undefined;
    }
  }
}

const SPAN_ID_DIGITS = 16;

/** 32 digits. Node draws UUIDs from a store of random bytes; asking for so few each time takes as long as all else of a span. */
function randomHex(): string {
  return randomUUID().replaceAll("-", "");
}
