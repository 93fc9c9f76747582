// Telemetry of a handler's own, emitted once however often its code is replayed.

import type { Attributes } from "@opentelemetry/api";
import type { Context } from "@restatedev/restate-sdk";
import type { DurableContext } from "../runtime/durable-context.ts";
import { InvocationSpans } from "./invocation-spans.ts";
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
  /** Without personal data, unless it is captured. */
  readonly attributes?: Attributes;
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

/** Emits a span once, under the tool or agent that is at work, or under the invocation. Nothing without telemetry. */
export function recordSpan(ctx: Context | DurableContext, recorded: RecordedSpan): void {
  const spans = InvocationSpans.of(ctx.request());
  if (!spans) return;
  const span = spans.start(recorded.kind ?? "custom", recorded.name, currentLogicalSpan());
  span.startedBy(recorded.start);
  spans.learn(recorded.end);
  Object.assign(span.attributes, recorded.attributes);
  span.end({ at: recorded.end });
}
