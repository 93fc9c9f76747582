// Hooks telemetry into the invocations of services, their runs, and their model and tool calls.

import { type HooksProvider, TerminalError } from "@restatedev/restate-sdk";
import { hookInvocation, type RunHooks } from "../agents/plugin.ts";
import { type InvocationObserver, observe } from "../runtime/observer.ts";
import { isProcessing } from "../runtime/restate-sdk.ts";
import { errorTypeOf } from "../runtime/step-gate.step.ts";
import { type AgentTelemetryOptions, Emitter } from "./emitter.ts";
import { InvocationSpans } from "./invocation-spans.ts";
import { ModelCallSpan } from "./model-call-span.ts";
import { ATTR } from "./registry.ts";
import { currentLogicalSpan, installSdkSpans, withinToolSpan } from "./sdk-spans.ts";

/**
 * Emits the durable runs of a service to OpenTelemetry: one span for each agent's work, model call, tool call, hand-off,
 * guardrail, approval and compensation, however often it was replayed, and metrics of model calls, agents and tools.
 * Names are those of the GenAI conventions, and stand in `registry.ts`.
 *
 * ```ts
 * const ids = new DerivedIds();
 * const provider = new NodeTracerProvider({ idGenerator: ids, spanProcessors: [new BatchSpanProcessor(exporter)] });
 * const { hooks } = agentTelemetry({ ids, tracer: provider.getTracer("my-agents") });
 * restate.endpoint({ services, defaultServiceOptions: { hooks: [hooks] } });
 * ```
 *
 * @returns `hooks` for the Restate services whose runs are to be traced
 */
export function agentTelemetry(options: AgentTelemetryOptions): { readonly hooks: HooksProvider } {
  installSdkSpans();
  const emitter = new Emitter(options);
  const hooks: HooksProvider = (hook) => {
    const spans = new InvocationSpans(hook.request, emitter, isProcessing(hook) ?? (() => false));
    if (!spans.trace.sampled) return {};
    observe(hook.request, observerOf(spans));
    hookInvocation(hook.request, runSpans(spans));
    return {
      interceptor: {
        handler: async (next) => {
          try {
            await next();
          } catch (error) {
            // All others end the attempt, and not the invocation.
            if (error instanceof TerminalError) spans.step().journaled();
            throw error;
          }
          spans.step().journaled();
        },
      },
    };
  };
  return { hooks };
}

/** Takes part in the invocation's steps, and in work of features. */
function observerOf(spans: InvocationSpans): InvocationObserver {
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
function runSpans(spans: InvocationSpans): RunHooks {
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
