// Emits the spans of an invocation: of its runs, their model and tool calls, and of what other features do.

import type { RunHooks } from "../agents/plugin.ts";
import type { InvocationObserver } from "../runtime/observer.ts";
import { errorTypeOf } from "../runtime/step-gate.step.ts";
import type { InvocationSpans } from "./invocation-spans.ts";
import { ModelCallSpan } from "./model-call-span.ts";
import { ATTR } from "./registry.ts";
import { currentLogicalSpan, withinToolSpan } from "./sdk-spans.ts";

/** Takes part in the invocation's steps, and in work of features. */
export function observerOf(spans: InvocationSpans): InvocationObserver {
  return {
    step: () => spans.step(),
    work: (work) => {
      const isApproval = work.kind === "approval";
      const name = isApproval ? `approval ${work.tool}` : `compensate ${work.name}`;
      const span = spans.start(work.kind, name, currentLogicalSpan());
      if (isApproval) span.startedBy(work.start);
      const attributes = isApproval
        ? { [ATTR.approvalAnswer]: work.answer, [ATTR.toolName]: work.tool }
        : { [ATTR.compensationName]: work.name };
      Object.assign(span.attributes, attributes);
      return (end) => {
        if (end.at !== undefined) spans.learn(end.at);
        span.end(end);
      };
    },
  };
}

/** Takes part in its runs and model calls. */
export function runSpans(spans: InvocationSpans): RunHooks {
  return {
    runConfig: { tracingDisabled: false, traceIncludeSensitiveData: spans.emitter.capturesContent },
    aroundModelCall: async (call, next) => {
      const span = new ModelCallSpan(spans, currentLogicalSpan(), call);
      // The call has its span: a model's own would be one more.
      call.request = { ...call.request, tracing: false };
      call.inStep((attempt, send) => span.execute(attempt, send));
      call.onFailedAttempt((failed) => span.failed(failed));
      try {
        const reply = await next();
        span.replied(reply);
        return reply;
      } catch (error) {
        // One that was refused was not made.
        if (!call.refusal) span.ended(error);
        throw error;
      }
    },
    aroundToolCall: async ({ agent, callId, input, trace }, next) => {
      const span = currentLogicalSpan();
      if (span?.kind !== "execute_tool") return next(input);
      if (trace) span.id = trace.spanId;
      Object.assign(span.attributes, { [ATTR.agentName]: agent, [ATTR.toolCallId]: callId });
      try {
        return await withinToolSpan(span, () => next(input));
      } catch (error) {
        span.attributes[ATTR.errorType] = errorTypeOf(error);
        throw error;
      }
    },
  };
}
