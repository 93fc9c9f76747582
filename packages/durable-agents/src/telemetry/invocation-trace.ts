// The trace and the parent span of an invocation's spans. All of it follows from the request, so that every
// replay finds the same place.

import type { Request } from "@restatedev/restate-sdk";
import { derivedSpanId } from "../agents/tools/call-traces.ts";

/** The place of an invocation's spans. */
export interface InvocationTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits; none when the invocation begins a trace. */
  readonly parentSpanId: string | undefined;
  /** Whether whoever began the trace wants its spans. */
  readonly sampled: boolean;
}

// https://www.w3.org/TR/trace-context/#traceparent-header
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;

// Restate's ingress adds it to what comes from outside; a call by a service has none.
const INGRESS_HEADER = "x-restate-ingress-path";

export function invocationTrace(request: Request): InvocationTrace {
  // Restate's own: it tells its spans of the invocation by it. Another one for each attempt, of one trace.
  const attempt = readTraceparent(request.attemptHeaders.get("traceparent"));
  // The caller's: a tool's span if an agent calls, else whatever the client sent.
  const caller = readTraceparent(request.headers.get("traceparent"));
  const own = restateSpan(request.id);
  if (!attempt) return caller ?? { traceId: own.traceId, parentSpanId: undefined, sampled: true };
  const byAgent = caller?.traceId === attempt.traceId && !request.headers.has(INGRESS_HEADER);
  return { ...attempt, parentSpanId: byAgent ? caller.parentSpanId : own.spanId };
}

/**
 * Ids of an invocation's own spans, by their number: the first is derived from the invocation's id, the others follow on it.
 * To derive each would take longer than all else that is done for a span while its step waits.
 */
export function numberedSpanIds(invocationId: string): (n: number) => string {
  const first = derivedSpanId(invocationId, "0");
  const [high, low] = [first.slice(0, 8), Number.parseInt(first.slice(8), 16)];
  return (n) => high + ((low + n) >>> 0).toString(16).padStart(8, "0");
}

function readTraceparent(header: string | string[] | undefined): InvocationTrace | undefined {
  const [, traceId, parentSpanId, flags] = TRACEPARENT.exec(String(header)) ?? [];
  if (traceId === undefined || parentSpanId === undefined || flags === undefined) return undefined;
  return { traceId, parentSpanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
// `inv_1`, and the partition's key in 11 digits of base 62.
const UUID_AT = "inv_1".length + 11;

/**
 * The ids that Restate itself gives to an invocation's span, and to the trace that it begins: they are the invocation's
 * UUID (restatedev/restate, `crates/types/src/identifiers.rs`), which is in the invocation's id.
 */
export function restateSpan(invocationId: string): { readonly traceId: string; readonly spanId: string } {
  let uuid = 0n;
  for (const digit of invocationId.slice(UUID_AT)) uuid = uuid * 62n + BigInt(DIGITS.indexOf(digit));
  const bytes = uuid.toString(16).padStart(32, "0").match(/../g) ?? [];
  const traceId = bytes.reverse().join("");
  return { traceId, spanId: traceId.slice(16) };
}
