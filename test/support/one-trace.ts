// What must hold of a claim's trace, wherever it is read: at an OTLP receiver, or in Jaeger.

import { ATTR } from "@holdfast/durable-agents/telemetry";
import { expect } from "vitest";

/** What every reader of a trace has of a span. */
export interface TraceSpan {
  readonly spanId: string;
  /** Empty or undefined at a root. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** In milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What the model's own counters say. */
export interface ModelCounts {
  readonly answered: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Spans that hang under no other of the same trace. */
export function unattached(spans: readonly TraceSpan[]): TraceSpan[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId));
}

/** Whether all of it seems to have come: each span's parent, and a `chat` for each answered call. */
export function isWhole(spans: readonly TraceSpan[], { answered }: ModelCounts): boolean {
  return unattached(spans).length === 1 && named(spans, "chat").length >= answered;
}

/** One root, no orphan, each span once, each model call one `chat` with its tokens. */
export function expectOneTrace(spans: readonly TraceSpan[], counts: ModelCounts): void {
  expect(unattached(spans).map(({ name, parentSpanId }) => ({ name, parentSpanId }))).toEqual([
    { name: expect.any(String), parentSpanId: expect.toSatisfy((parent) => !parent) },
  ]);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  const chats = named(spans, "chat");
  expect(chats).toHaveLength(counts.answered);
  const sum = (attribute: string) =>
    chats.reduce((total, { attributes }) => total + Number(attributes[attribute]), 0);
  expect({ input: sum(ATTR.inputTokens), output: sum(ATTR.outputTokens) }).toEqual({
    input: counts.inputTokens,
    output: counts.outputTokens,
  });
}

/** Those of one operation: `chat` has `chat gpt-5-mini` and all others. */
export function named(spans: readonly TraceSpan[], operation: string): TraceSpan[] {
  return spans.filter(({ name }) => name === operation || name.startsWith(`${operation} `));
}

/** The names of the spans around a span, the nearest first. */
export function pathOf(spans: readonly TraceSpan[], span: TraceSpan | undefined): string[] {
  const byId = new Map(spans.map((one) => [one.spanId, one]));
  const path: string[] = [];
  for (let at = span && byId.get(span.parentSpanId ?? ""); at; at = byId.get(at.parentSpanId ?? "")) {
    path.push(at.name);
  }
  return path;
}
