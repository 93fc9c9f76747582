// Telemetry of a handler's own, told once however often its code is replayed.

import type { Context } from "@restatedev/restate-sdk";
import type { DurableContext } from "../runtime/durable-context.ts";
import { InvocationSpans } from "./invocation-spans.ts";
import type { SpanAttributes } from "./logical-span.ts";
import { currentLogicalSpan } from "./sdk-spans.ts";

/** A step of a handler that {@link recordSpan} records. */
export interface RecordedSpan {
  /** Without personal data. */
  readonly name: string;
  /** `approval` for a wait for a person; `custom` by default. */
  readonly kind?: "approval" | "custom";
  /** Journaled times, in milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly attributes?: SpanAttributes;
}

/**
 * Does something once for an invocation, such as adding to a counter, however often the handler is replayed: with the next
 * durable step of {@link DurableContext} that is executed, or when the handler has returned. Nothing without telemetry.
 *
 * @param action neither waits nor throws
 */
export function recordOnce(ctx: Context | DurableContext, action: () => void): void {
  InvocationSpans.of(ctx.request())?.once(action);
}

/** Tells of a span once, under the tool or agent that is at work, or under the invocation. Nothing without telemetry. */
export function recordSpan(ctx: Context | DurableContext, span: RecordedSpan): void {
  const { name, kind = "custom", start, end, attributes = {} } = span;
  const spans = InvocationSpans.of(ctx.request());
  if (!spans) return;
  const told = spans.start(kind, name, currentLogicalSpan());
  told.startedBy(start);
  spans.learn(end);
  Object.assign(told.attributes, attributes);
  told.end({ at: end });
}

/** The trace that an invocation's spans are in, 32 hexadecimal digits; undefined without telemetry. */
export function traceIdOf(ctx: Context | DurableContext): string | undefined {
  return InvocationSpans.of(ctx.request())?.trace.traceId;
}
