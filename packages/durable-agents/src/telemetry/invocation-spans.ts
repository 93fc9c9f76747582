// The spans of an invocation's logical steps: each is emitted once, however often its code is replayed.
//
// Replayed code cannot know whether an attempt before this one has emitted something already. A durable step can: its closure
// runs once, as its result is journaled. So a span waits until the code starts its next durable step, and
// that step's closure emits it when it succeeds. What no step has carried is emitted when the handler has returned. The code
// is a function of the journal, so each replay gives the same things to the same steps, and the journal is as it were without.

import type { Attributes } from "@opentelemetry/api";
import type { Request } from "@restatedev/restate-sdk";
import { now } from "../runtime/clock.step.ts";
import type { StepObserver } from "../runtime/observer.ts";
import type { Emitter, EndedSpan, SpanEvent, SpanKindName } from "./emitter.ts";
import { type InvocationTrace, invocationTrace, numberedSpanIds } from "./invocation-trace.ts";
import { ATTR } from "./registry.ts";

const invocations = new WeakMap<Request, InvocationSpans>();

/** The spans of one attempt of an invocation. */
export class InvocationSpans {
  /** Of the invocation with this request; undefined when nobody listens. */
  static of(request: Request): InvocationSpans | undefined {
    return invocations.get(request);
  }

  readonly trace: InvocationTrace;
  readonly emitter: Emitter;
  readonly #idOf: (n: number) => string;
  readonly #isProcessing: () => boolean;
  #count = 0;
  #known: number | undefined;
  readonly #waiting: (() => void)[] = [];

  /** @param isProcessing whether the code has come to the end of the journal that it replays */
  constructor(request: Request, emitter: Emitter, isProcessing: () => boolean) {
    this.trace = invocationTrace(request);
    this.emitter = emitter;
    this.#idOf = numberedSpanIds(request.id);
    this.#isProcessing = isProcessing;
    if (this.trace.sampled) invocations.set(request, this);
  }

  /** Opens a span. To be called in an order that replays repeat. */
  start(kind: SpanKindName, name: string, parent?: LogicalSpan): LogicalSpan {
    return new LogicalSpan(this, this.#idOf(this.#count++), kind, name, parent);
  }

  /**
   * When what the code is at happened: now, or, if it is replayed, not before the last journaled time. Milliseconds since
   * 1970; undefined when no time is known. It is for telemetry alone: nothing that is journaled may depend on it.
   */
  now(): number | undefined {
    return this.#isProcessing() ? now() : this.#known;
  }

  /** Takes note of a journaled time, in milliseconds since 1970. */
  learn(at: number): void {
    if (this.#known === undefined || at > this.#known) this.#known = at;
  }

  /** Does something once for the invocation, in a while. It must neither wait nor throw. */
  once(effect: () => void): void {
    this.#waiting.push(effect);
  }

  /** Lets a durable step that starts now carry out what waits. */
  step(): StepObserver {
    const effects = this.#waiting.splice(0);
    return {
      journaled: () => {
        for (const effect of effects.splice(0)) effect();
      },
      givenUp: () => void this.#waiting.unshift(...effects.splice(0)),
    };
  }
}

/** A span whose step goes on. The handler's code opens and ends it each time it is replayed. */
export class LogicalSpan {
  readonly kind: SpanKindName;
  readonly name: string;
  readonly parent: LogicalSpan | undefined;
  readonly attributes: Attributes = {};
  /** Another one only if others know its step by it already; before anything is opened within it. */
  id: string;
  readonly #spans: InvocationSpans;
  readonly #events: SpanEvent[] = [];
  #start: number | undefined;
  #lastReply: number | undefined;
  #ended = false;

  /** @param spans those of its invocation, which give it its id */
  constructor(
    spans: InvocationSpans,
    id: string,
    kind: SpanKindName,
    name: string,
    parent: LogicalSpan | undefined,
  ) {
    this.#spans = spans;
    this.id = id;
    this.kind = kind;
    this.name = name;
    this.parent = parent;
    // What an agent does after a reply begins with that reply.
    this.#start = parent?.lastReply ?? spans.now();
  }

  /** Milliseconds since 1970; undefined when only a journaled time can tell, and none is known yet. */
  get start(): number | undefined {
    return this.#start;
  }

  /** Whether prompts, replies and arguments are among its attributes. */
  get capturesContent(): boolean {
    return this.#spans.emitter.capturesContent;
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
    this.#spans.once(() => this.emit(end ?? this.#spans.now() ?? now()));
  }

  /** Emits it as one that has ended; not in replayed code. */
  emit(end: number): void {
    const { kind, name, id: spanId, parent, attributes } = this;
    const { traceId, parentSpanId } = this.#spans.trace;
    const span: EndedSpan = {
      kind,
      name,
      traceId,
      spanId,
      parentSpanId: parent?.id ?? parentSpanId,
      start: Math.min(this.#start ?? parent?.start ?? end, end),
      end,
      attributes,
      events: this.#events,
    };
    this.#spans.emitter.span(span);
  }
}
