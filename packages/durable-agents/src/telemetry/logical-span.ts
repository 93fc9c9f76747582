// The span of a logical step, whatever was replayed of it. The handler's code opens and ends spans each time it is
// replayed; invocation-spans.ts emits them.

import type { WireUsage } from "../agents/models/model-response.ts";
import { now } from "../runtime/clock.step.ts";
import type { InvocationTrace } from "./invocation-trace.ts";
import { ATTR, type AttributeName } from "./registry.ts";

/** The kinds of spans. The names of the first three are those of the GenAI conventions. */
export type SpanKind =
  | "invoke_agent"
  | "chat"
  | "execute_tool"
  | "handoff"
  | "guardrail"
  | "approval"
  | "compensation"
  | "list_tools"
  | "custom";

export type SpanAttributes = { [name in AttributeName]?: string | number | boolean | string[] | undefined };

/** Something that happened within a span. */
export interface SpanEvent {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly attributes: SpanAttributes;
}

/** A span that is over, ready to be emitted. */
export interface FinishedSpan {
  readonly kind: SpanKind;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds since 1970. */
  readonly end: number;
  readonly attributes: SpanAttributes;
  readonly events: readonly SpanEvent[];
}

/** Takes spans and measurements. It neither waits nor throws. */
export interface SpanSink {
  readonly span: (span: FinishedSpan) => void;
  readonly modelCall: (call: ModelCallMeasured) => void;
  /** Whether prompts, replies and arguments are taken too. */
  readonly capturesContent: boolean;
  /** The cost of a reply in US dollars, where the model's price is known. */
  readonly costOf: ModelCost | undefined;
}

/** Finds the cost of a reply in US dollars; undefined when no price is known. */
export type ModelCost = (model: string | undefined, usage: WireUsage) => Promise<number | undefined>;

/** One call of a model that was made, for metrics. */
export interface ModelCallMeasured {
  readonly agent: string | undefined;
  readonly requestModel: string | undefined;
  readonly responseModel: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | undefined;
  readonly durationMs: number;
  readonly errorType: string | undefined;
}

/** The invocation that spans belong to. */
export interface SpanOwner {
  readonly trace: InvocationTrace;
  readonly sink: SpanSink;
  readonly now: () => number | undefined;
  readonly learn: (at: number) => void;
  readonly once: (effect: () => void) => void;
}

/** A span whose step goes on. */
export class LogicalSpan {
  readonly kind: SpanKind;
  readonly name: string;
  readonly parent: LogicalSpan | undefined;
  readonly attributes: SpanAttributes = {};
  readonly #spans: SpanOwner;
  readonly #events: SpanEvent[] = [];
  #id: string;
  #start: number | undefined;
  #lastReply: number | undefined;
  #ended = false;

  /** @param spans those of its invocation, which give it its id */
  constructor(spans: SpanOwner, id: string, kind: SpanKind, name: string, parent: LogicalSpan | undefined) {
    this.#spans = spans;
    this.#id = id;
    this.kind = kind;
    this.name = name;
    this.parent = parent;
    // What an agent does after a reply begins with that reply.
    this.#start = parent?.lastReply ?? spans.now();
  }

  get id(): string {
    return this.#id;
  }

  /** Takes the id by which others know its step already; before anything is opened within it. */
  knownAs(id: string): void {
    this.#id = id;
  }

  /** Milliseconds since 1970; undefined when only a journaled time can tell, and none is known yet. */
  get start(): number | undefined {
    return this.#start;
  }

  /** When the last reply of an agent's model was there. */
  get lastReply(): number | undefined {
    return this.#lastReply;
  }

  /** Takes note of a journaled reply of the agent's model, which was there at `end`, in milliseconds since 1970. */
  replied(start: number, end: number): void {
    this.startedBy(start);
    this.#lastReply = end;
    this.#spans.learn(end);
  }

  /** The journaled time at which it began. */
  startedAt(at: number): void {
    this.#start = at;
  }

  /** A journaled time at which it had begun: a replay knows no other. */
  startedBy(at: number): void {
    if (this.#start === undefined || at < this.#start) this.#start = at;
    this.parent?.startedBy(at);
  }

  event(event: SpanEvent): void {
    this.#events.push(event);
  }

  /** Ends it: it is emitted once. Further calls do nothing. */
  end({ at, errorType }: { readonly at?: number; readonly errorType?: string | undefined } = {}): void {
    if (this.#ended) return;
    this.#ended = true;
    // Whoever came first knew more of it.
    if (errorType !== undefined) this.attributes[ATTR.errorType] ??= errorType;
    const end = at ?? this.#spans.now();
    if (end !== undefined) this.parent?.startedBy(Math.min(this.#start ?? end, end));
    // The effect is no replayed code: what nobody knows the time of has happened by now.
    this.#spans.once(() => this.#spans.sink.span(this.finished(end ?? this.#spans.now() ?? now())));
  }

  /** It as it is emitted. */
  finished(end: number): FinishedSpan {
    const { kind, name, id: spanId, attributes } = this;
    const { traceId, parentSpanId } = this.#spans.trace;
    return {
      kind,
      name,
      traceId,
      spanId,
      parentSpanId: this.parent?.id ?? parentSpanId,
      start: Math.min(this.#start ?? this.parent?.start ?? end, end),
      end,
      attributes,
      events: this.#events,
    };
  }
}
