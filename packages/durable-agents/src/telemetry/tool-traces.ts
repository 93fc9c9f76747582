// Which span the calls belong to that a tool makes of other services. A call is journaled with its headers, so this is made
// of journaled facts alone, and is the same whether telemetry is on when they are replayed or not. The ids may never be derived
// otherwise: calls of invocations in flight would not be the journaled ones any more.

import type { WireModelResponse } from "../agents/models/model-response.ts";
import type { DurableContext } from "../runtime/durable-context.ts";
import { derivedSpanId, traceparentOf } from "./invocation-trace.ts";

/** The span of one tool call. */
export interface ToolTrace {
  readonly spanId: string;
  readonly headers: { readonly traceparent: string };
}

const repliesOf = new WeakMap<DurableContext, number>();

/** Those of the tool calls that the agents of one run, or of one agent used as a tool, asked for. */
export class ToolTraces {
  readonly #byCallId = new Map<string, ToolTrace>();

  /** Takes note of a journaled reply; to be called for each, in the order in which the code goes on with them. */
  note(context: DurableContext, { span, output }: WireModelResponse): void {
    const n = repliesOf.get(context) ?? 0;
    repliesOf.set(context, n + 1);
    if (span?.trace === undefined) return;
    for (const { type, callId } of output) {
      if (type !== "function_call" || typeof callId !== "string") continue;
      const spanId = derivedSpanId(context.request().id, `${n}/${callId}`);
      this.#byCallId.set(callId, { spanId, headers: { traceparent: traceparentOf(span.trace, spanId) } });
    }
  }

  /** Undefined when the call's reply came without telemetry. */
  of(callId: string): ToolTrace | undefined {
    return this.#byCallId.get(callId);
  }
}
