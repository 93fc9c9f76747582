// Links the calls that a tool makes of other services to the tool's span. A call is journaled with its headers, so they are
// made of journaled facts alone, and are the same whether telemetry is on when they are replayed or not. The ids may never be
// derived otherwise: calls of invocations in flight would not be the journaled ones any more.

import { hash } from "node:crypto";
import type { DurableContext } from "../../runtime/durable-context.ts";
import type { JournaledReply } from "../models/journaled-reply.ts";

/** The span of one tool call. */
export interface ToolTrace {
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly headers: { readonly traceparent: string };
}

const repliesOf = new WeakMap<DurableContext, number>();

/** Those of the tool calls that the agents of one run, or of one agent used as a tool, asked for. */
export class CallTraces {
  readonly #byCallId = new Map<string, ToolTrace>();

  /** Takes note of a journaled reply; to be called for each, in the order in which the code goes on with them. */
  note(context: DurableContext, { span, output }: JournaledReply): void {
    const n = repliesOf.get(context) ?? 0;
    repliesOf.set(context, n + 1);
    if (span?.trace === undefined) return;
    for (const { type, callId } of output) {
      if (type !== "function_call" || typeof callId !== "string") continue;
      const spanId = derivedSpanId(context.request().id, `${n}/${callId}`);
      this.#byCallId.set(callId, { spanId, headers: { traceparent: `00-${span.trace}-${spanId}-01` } });
    }
  }

  /** Undefined when the call's reply came without telemetry. */
  of(callId: string): ToolTrace | undefined {
    return this.#byCallId.get(callId);
  }
}

/** A span's id, 16 hexadecimal digits, from what tells it from the invocation's other spans. */
export function derivedSpanId(invocationId: string, what: string): string {
  return hash("sha256", `${invocationId}/${what}`).slice(0, 16);
}
