// Tells of each logical step of an invocation once, however often its code is replayed.
//
// Replayed code cannot know whether an attempt before this one has emitted something already. A durable step can: its closure
// runs once, as its result is journaled. So a span waits until the code starts its next durable step, and
// that step's closure emits it when it succeeds. What no step has carried is emitted when the handler has returned. The code
// is a function of the journal, so each replay gives the same things to the same steps, and the journal is as it were without.

import type { Request } from "@restatedev/restate-sdk";
import { now } from "../runtime/clock.step.ts";
import type { StepObserver } from "../runtime/observer.ts";
import { type InvocationTrace, invocationTrace, numberedSpanIds } from "./invocation-trace.ts";
import { LogicalSpan, type SpanKind, type SpanOwner, type SpanSink } from "./logical-span.ts";

const invocations = new WeakMap<Request, InvocationSpans>();

/** The spans of one attempt of an invocation. */
export class InvocationSpans implements SpanOwner {
  /** Of the invocation with this request; undefined when nobody listens. */
  static of(request: Request): InvocationSpans | undefined {
    return invocations.get(request);
  }

  /** @param isProcessing whether the code has come to the end of the journal that it replays */
  static begin(request: Request, sink: SpanSink, isProcessing: () => boolean): InvocationSpans | undefined {
    const trace = invocationTrace(request);
    if (!trace.sampled) return undefined;
    const spans = new InvocationSpans(request.id, trace, sink, isProcessing);
    invocations.set(request, spans);
    return spans;
  }

  readonly trace: InvocationTrace;
  readonly sink: SpanSink;
  readonly #idOf: (n: number) => string;
  readonly #isProcessing: () => boolean;
  #count = 0;
  #known: number | undefined;
  #waiting: (() => void)[] = [];

  private constructor(
    invocationId: string,
    trace: InvocationTrace,
    sink: SpanSink,
    isProcessing: () => boolean,
  ) {
    this.#idOf = numberedSpanIds(invocationId);
    this.trace = trace;
    this.sink = sink;
    this.#isProcessing = isProcessing;
  }

  /** Opens a span. To be called in an order that replays repeat. */
  start(kind: SpanKind, name: string, parent?: LogicalSpan): LogicalSpan {
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
    let effects = this.#waiting;
    this.#waiting = [];
    const take = () => {
      const taken = effects;
      effects = [];
      return taken;
    };
    return {
      journaled: () => {
        for (const effect of take()) effect();
      },
      givenUp: () => void this.#waiting.unshift(...take()),
    };
  }
}
