// Ids that are known before their span is made, which OpenTelemetry's API has no argument for.

import { randomBytes } from "node:crypto";

/**
 * An OpenTelemetry `IdGenerator`. It gives logical spans the ids that were derived for them, and all other spans random ones, as
 * OpenTelemetry does by default. To be given to the TracerProvider whose tracer {@link agentTelemetry} uses.
 */
export class DerivedIds {
  #next: { readonly traceId: string; readonly spanId: string } | undefined;

  generateTraceId(): string {
    return this.#next?.traceId ?? randomBytes(16).toString("hex");
  }

  generateSpanId(): string {
    return this.#next?.spanId ?? randomBytes(8).toString("hex");
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
