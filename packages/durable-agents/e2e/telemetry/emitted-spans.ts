// Collects the spans that a test's services emit, by name and place.

import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { expect } from "vitest";
import { type AgentTelemetryOptions, agentTelemetry, DerivedIds } from "../../src/telemetry/index.ts";

export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
export const CLIENT_SPAN = "b7ad6b7169203331";

export interface EmittedSpans {
  readonly hooks: ReturnType<typeof agentTelemetry>["hooks"];
  /** All so far, in the order of their names. */
  all(): readonly ReadableSpan[];
  /** Each as `parent > name`, in order. */
  tree(): string[];
  named(name: string): readonly ReadableSpan[];
  reset(): void;
}

export function emittedSpans(options: Partial<AgentTelemetryOptions> = {}): EmittedSpans {
  const exporter = new InMemorySpanExporter();
  const ids = new DerivedIds();
  const provider = new BasicTracerProvider({
    idGenerator: ids,
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const { hooks } = agentTelemetry({ ids, tracer: provider.getTracer("test"), ...options });
  const all = () => exporter.getFinishedSpans().toSorted((a, b) => a.name.localeCompare(b.name));
  return {
    hooks,
    all,
    tree: () => {
      const names = new Map(all().map((span) => [span.spanContext().spanId, span.name]));
      const parentOf = ({ parentSpanContext: parent }: ReadableSpan) =>
        parent ? (names.get(parent.spanId) ?? parent.spanId) : "nobody";
      return all()
        .map((span) => `${parentOf(span)} > ${span.name}`)
        .sort();
    },
    named: (name) => all().filter((span) => span.name === name),
    reset: () => exporter.reset(),
  };
}

/** Calls a handler within a trace. @returns its result */
export async function callTraced(ingressUrl: string, path: string, input: unknown): Promise<unknown> {
  const response = await fetch(`${ingressUrl}/${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      traceparent: `00-${TRACE_ID}-${CLIENT_SPAN}-01`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text === "" ? undefined : JSON.parse(text);
}

/**
 * What holds of any set of spans: each emitted once, in one trace, and begun after the one around it. Guardrails are left out of
 * the last: they may come before the agent's first model call, which is the first that the journal knows a time of.
 */
export function expectSound(spans: readonly ReadableSpan[], traceId = TRACE_ID): void {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  expect(byId.size).toBe(spans.length);
  expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
  for (const span of spans) {
    const parent = byId.get(span.parentSpanContext?.spanId ?? "");
    expect(millis(span.startTime)).toBeLessThanOrEqual(millis(span.endTime));
    if (parent && !span.name.startsWith("guardrail"))
      expect(millis(span.startTime)).toBeGreaterThanOrEqual(millis(parent.startTime));
  }
}

/** How long it took, in milliseconds. */
export function lengthOf(span: ReadableSpan | undefined): number {
  return span ? millis(span.endTime) - millis(span.startTime) : Number.NaN;
}

function millis([seconds, nanos]: readonly [number, number]): number {
  return seconds * 1000 + nanos / 1e6;
}
