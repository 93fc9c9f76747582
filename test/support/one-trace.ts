// Checks a claim's trace, wherever it is read: at an OTLP receiver, or in Jaeger.

import { ATTR } from "@holdfast/service-kit/registry";
import { expect } from "vitest";
import { ASSESSOR_SERVICES } from "./assessors.ts";

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

/** Whether all of a reviewed claim seems to have come: each span's parent, a `chat` for each answered call, the review. */
export function isWhole(spans: readonly TraceSpan[], { answered }: ModelCounts): boolean {
  const calls = named(spans, "chat").length;
  return unattached(spans).length === 1 && calls >= answered && named(spans, "approval").length > 0;
}

/** One root, no orphan, each span once, each model call one `chat` with its tokens. */
export function expectOneTrace(spans: readonly TraceSpan[], counts: ModelCounts): void {
  expect(
    unattached(spans).map(({ name, parentSpanId }) => ({ name, parent: parentSpanId || "none" })),
  ).toEqual([{ name: expect.any(String), parent: "none" }]);
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

/** Each agent that assesses a claim has worked once, under the claim, in the claim's session. */
export function expectAssessments(spans: readonly TraceSpan[], claimId: string): void {
  for (const agent of ASSESSOR_SERVICES) {
    const [invoked, ...more] = named(spans, `invoke_agent ${agent}`);
    expect(more).toEqual([]);
    expect(pathOf(spans, invoked)).toEqual(
      expect.arrayContaining([`invocation-start ${agent}/run`, "invocation-start Claim/{key}/submit"]),
    );
    expect(invoked?.attributes).toMatchObject(sessionOf(claimId));
  }
}

/**
 * A person was asked once, in the claim's session.
 *
 * @param waitedMs from when the question was seen to when the answer was given
 * @param seenMs from when the question was seen to when the answer's effect was
 */
export function expectOneApproval(
  spans: readonly TraceSpan[],
  claimId: string,
  waitedMs: number,
  seenMs: number,
): void {
  const [approval, ...more] = named(spans, "approval");
  expect(more).toEqual([]);
  expect(approval?.attributes).toMatchObject(sessionOf(claimId));
  const length = (approval?.end ?? 0) - (approval?.start ?? 0);
  expect(length).toBeGreaterThanOrEqual(waitedMs);
  // It was asked a moment before that was seen.
  expect(length).toBeLessThanOrEqual(seenMs + 1_000);
}

function sessionOf(claimId: string) {
  return { [ATTR.conversationId]: claimId, [ATTR.langfuseSession]: claimId };
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
