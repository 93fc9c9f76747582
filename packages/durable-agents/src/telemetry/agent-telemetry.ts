// Hooks telemetry into the invocations of services.

import { type HooksProvider, TerminalError } from "@restatedev/restate-sdk";
import { hookInvocation } from "../agents/plugin.ts";
import { observe } from "../runtime/observer.ts";
import { isProcessing } from "../runtime/restate-sdk.ts";
import { type AgentTelemetryOptions, Emitter } from "./emitter.ts";
import { InvocationSpans } from "./invocation-spans.ts";
import { observerOf, runSpans } from "./run-spans.ts";
import { installSdkSpans } from "./sdk-spans.ts";

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
    const spans = InvocationSpans.begin(hook.request, emitter, isProcessing(hook) ?? (() => false));
    if (!spans) return {};
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
