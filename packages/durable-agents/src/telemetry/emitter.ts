// Emits spans that have ended, and measurements of them, to OpenTelemetry. It neither waits nor throws.

import {
  type Attributes,
  type Context,
  type Meter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { WireUsage } from "../agents/models/journaled-reply.ts";
import type { DerivedIds } from "./derived-ids.step.ts";
import { ATTR, METRIC, type MetricDefinition } from "./registry.ts";

/** Settings of `agentTelemetry`. */
export interface AgentTelemetryOptions {
  readonly tracer: Tracer;
  /** The id generator of the provider that `tracer` is from. */
  readonly ids: DerivedIds;
  /** No metrics without one. */
  readonly meter?: Meter;
  /** Whether prompts, replies, and arguments and results of tools go onto spans; false by default. They are personal data. */
  readonly captureContent?: boolean;
  /** Finds the cost of a model call: `modelCost` of `@holdfast/durable-agents/budgets`. No costs without it. */
  readonly costOf?: ModelCost;
  /** The `gen_ai.provider.name` of model calls; `openai` by default. */
  readonly providerName?: string;
  /** The version of the agents that run here. */
  readonly agentVersion?: string;
  /** Adds attributes of your own to each span, such as those that a backend has names of its own for. */
  readonly attributesOf?: (span: EndedSpan) => Attributes;
  /**
   * Does what can wait, such as to emit a span that has ended; at once by default. Much of it in one go takes a fraction of
   * the processor time that it takes piece by piece between the steps of runs.
   */
  readonly schedule?: (work: () => void) => void;
}

/** Finds the cost of a reply in US dollars; undefined when no price is known. */
export type ModelCost = (model: string | undefined, usage: WireUsage) => Promise<number | undefined>;

/** The kinds of spans. The names of the first three are those of the GenAI conventions. */
export type SpanKindName =
  | "invoke_agent"
  | "chat"
  | "execute_tool"
  | "handoff"
  | "guardrail"
  | "approval"
  | "compensation"
  | "list_tools"
  | "custom";

/** Something that happened within a span. */
export interface SpanEvent {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly attributes: Attributes;
}

/** A span that is over. */
export interface EndedSpan {
  readonly kind: SpanKindName;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds since 1970. */
  readonly end: number;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
}

type Metric = keyof typeof METRIC;

const DURATIONS: Partial<Record<SpanKindName, Metric>> = {
  invoke_agent: "agentDuration",
  execute_tool: "toolDuration",
  approval: "approvalWait",
};

export class Emitter {
  readonly #options: AgentTelemetryOptions;
  readonly #recorders = new Map<Metric, Recorder>();

  constructor(options: AgentTelemetryOptions) {
    this.#options = options;
    const { meter } = options;
    if (!meter) return;
    for (const metric of Object.keys(METRIC) as Metric[]) {
      this.#recorders.set(metric, recorderOf(meter, METRIC[metric]));
    }
  }

  /** Whether prompts, replies and arguments are taken too. */
  get capturesContent(): boolean {
    return this.#options.captureContent ?? false;
  }

  get costOf(): ModelCost | undefined {
    return this.#options.costOf;
  }

  span(span: EndedSpan): void {
    this.#schedule(() => this.#emit(span));
  }

  /** Measures one attempt of a model call. @param attributes of its span, with an error's type if it failed */
  modelCall(attributes: Attributes, durationMs: number): void {
    if (this.#recorders.size === 0) return;
    const about = { ...attributes, ...this.#ofModels("chat") };
    this.#schedule(() => {
      this.#record("operationDuration", durationMs / 1000, about);
      if (about[ATTR.errorType] !== undefined) return;
      const { [ATTR.inputTokens]: input, [ATTR.outputTokens]: output, [ATTR.costUsd]: cost } = about;
      this.#record("tokenUsage", input, { ...about, [ATTR.tokenType]: "input" });
      this.#record("tokenUsage", output, { ...about, [ATTR.tokenType]: "output" });
      this.#record("cost", cost, about);
    });
  }

  #schedule(work: () => void): void {
    const { schedule } = this.#options;
    if (schedule) schedule(work);
    else work();
  }

  #emit(span: EndedSpan): void {
    const { kind, name, traceId, spanId, parentSpanId, start, end } = span;
    const { ids, tracer, attributesOf } = this.#options;
    const attributes = known({ ...this.#common(span), ...span.attributes, ...attributesOf?.(span) });
    const parent =
      parentSpanId === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId,
            spanId: parentSpanId,
            traceFlags: TraceFlags.SAMPLED,
            isRemote: true,
          });
    const settings = {
      kind: kind === "chat" ? SpanKind.CLIENT : SpanKind.INTERNAL,
      startTime: start,
      attributes,
    };
    const emitted = ids.with({ traceId, spanId }, () => tracer.startSpan(name, settings, parent));
    for (const event of span.events) emitted.addEvent(event.name, event.attributes, event.at);
    const errorType = attributes[ATTR.errorType];
    if (errorType !== undefined)
      emitted.setStatus({ code: SpanStatusCode.ERROR, message: String(errorType) });
    emitted.end(end);
    const duration = DURATIONS[kind];
    if (duration) this.#record(duration, (end - start) / 1000, attributes, trace.setSpan(parent, emitted));
  }

  #common({ kind }: EndedSpan): Attributes {
    switch (kind) {
      case "chat":
        return this.#ofModels(kind);
      case "invoke_agent":
        return { ...this.#ofModels(kind), [ATTR.agentVersion]: this.#options.agentVersion };
      case "execute_tool":
        return { [ATTR.operationName]: kind };
      default:
        return {};
    }
  }

  #ofModels(operation: string): Attributes {
    const { providerName = "openai" } = this.#options;
    return { [ATTR.operationName]: operation, [ATTR.providerName]: providerName };
  }

  /** Records a value, if it is known, with those of the attributes that the metric has. */
  #record(metric: Metric, value: unknown, attributes: Attributes, context?: Context): void {
    const record = this.#recorders.get(metric);
    if (!record || typeof value !== "number") return;
    const own = METRIC[metric].attributes.map((name) => [name, attributes[name]]);
    record(value, known(Object.fromEntries(own)), context);
  }
}

function known(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** Records a value of one metric. */
export type Recorder = (value: number, attributes: Attributes, context?: Context) => void;

// Seconds, from a step of a few milliseconds to a reviewer who answers after days.
const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 10_800, 86_400];

/** Records values of a metric by an instrument of this meter: adds to a counter, or takes them into a histogram. */
export function recorderOf(meter: Meter, metric: MetricDefinition): Recorder {
  const { name, unit, description, boundaries = SECONDS } = metric;
  if (metric.kind === "counter") {
    const counter = meter.createCounter(name, { unit, description });
    return (value, attributes, context) => counter.add(value, attributes, context);
  }
  const advice = { explicitBucketBoundaries: [...boundaries] };
  const histogram = meter.createHistogram(name, { unit, description, advice });
  return (value, attributes, context) => histogram.record(value, attributes, context);
}
