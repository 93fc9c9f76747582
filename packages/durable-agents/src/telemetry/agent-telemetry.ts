// Emits the spans and metrics of durable runs to OpenTelemetry.

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
import { type HooksProvider, TerminalError } from "@restatedev/restate-sdk";
import { hookInvocation } from "../agents/plugin.ts";
import { observe } from "../runtime/observer.ts";
import { isProcessing } from "../runtime/restate-sdk.ts";
import type { DerivedIds } from "./derived-ids.step.ts";
import { agentInstruments } from "./instruments.ts";
import { InvocationSpans } from "./invocation-spans.ts";
import { langfuseAttributes } from "./langfuse.ts";
import type { FinishedSpan, ModelCallMeasured, ModelCost, SpanAttributes, SpanSink } from "./logical-span.ts";
import { ATTR, PERSONAL } from "./registry.ts";
import { observerOf, runSpans } from "./run-spans.ts";
import { installSdkSpans } from "./sdk-spans.ts";

/** What {@link agentTelemetry} needs. */
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
  /**
   * Does what can wait, such as to emit a span that has ended; at once by default. Much of it in one go takes a fraction of
   * the processor time that it takes piece by piece between the steps of runs.
   */
  readonly schedule?: (work: () => void) => void;
}

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
  const sink = new OpenTelemetrySink(options);
  const hooks: HooksProvider = (hook) => {
    const spans = InvocationSpans.begin(hook.request, sink, isProcessing(hook) ?? (() => false));
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

function isPersonal(name: string): boolean {
  return (PERSONAL as ReadonlySet<string>).has(name);
}

class OpenTelemetrySink implements SpanSink {
  readonly capturesContent: boolean;
  readonly costOf: ModelCost | undefined;
  readonly #options: AgentTelemetryOptions;
  readonly #instruments: ReturnType<typeof agentInstruments> | undefined;
  readonly #schedule: (work: () => void) => void;

  constructor(options: AgentTelemetryOptions) {
    this.#options = options;
    this.capturesContent = options.captureContent ?? false;
    this.costOf = options.costOf;
    this.#instruments = options.meter && agentInstruments(options.meter);
    this.#schedule = options.schedule ?? ((work) => work());
  }

  span(span: FinishedSpan): void {
    this.#schedule(() => this.#emit(span));
  }

  modelCall(call: ModelCallMeasured): void {
    const instruments = this.#instruments;
    if (instruments) this.#schedule(() => this.#measureCall(call, instruments));
  }

  #emit(span: FinishedSpan): void {
    const { traceId, spanId, parentSpanId, name, start, end, events } = span;
    const { ids, tracer, agentVersion } = this.#options;
    const attributes = this.#attributes(
      this.#common(span),
      span.attributes,
      langfuseAttributes(span, agentVersion),
    );
    const parent =
      parentSpanId === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId,
            spanId: parentSpanId,
            traceFlags: TraceFlags.SAMPLED,
            isRemote: true,
          });
    const kind = span.kind === "chat" ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const emitted = ids.with({ traceId, spanId }, () =>
      tracer.startSpan(name, { kind, startTime: start, attributes }, parent),
    );
    for (const event of events) emitted.addEvent(event.name, this.#attributes(event.attributes), event.at);
    const errorType = attributes[ATTR.errorType];
    if (errorType !== undefined)
      emitted.setStatus({ code: SpanStatusCode.ERROR, message: String(errorType) });
    emitted.end(end);
    this.#measure(span, trace.setSpan(parent, emitted));
  }

  #measureCall(
    call: ModelCallMeasured,
    { tokenUsage, operationDuration, cost }: ReturnType<typeof agentInstruments>,
  ): void {
    const about: Attributes = {
      [ATTR.operationName]: "chat",
      [ATTR.providerName]: this.#provider,
      ...(call.requestModel !== undefined && { [ATTR.requestModel]: call.requestModel }),
      ...(call.responseModel !== undefined && { [ATTR.responseModel]: call.responseModel }),
      ...(call.agent !== undefined && { [ATTR.agentName]: call.agent }),
    };
    const { errorType } = call;
    operationDuration.record(call.durationMs / 1000, {
      ...about,
      ...(errorType !== undefined && { [ATTR.errorType]: errorType }),
    });
    if (errorType !== undefined) return;
    tokenUsage.record(call.inputTokens, { ...about, [ATTR.tokenType]: "input" });
    tokenUsage.record(call.outputTokens, { ...about, [ATTR.tokenType]: "output" });
    if (call.costUsd !== undefined) {
      const { [ATTR.requestModel]: model, [ATTR.agentName]: agent } = about;
      cost.add(call.costUsd, { [ATTR.requestModel]: model, [ATTR.agentName]: agent });
    }
  }

  get #provider(): string {
    return this.#options.providerName ?? "openai";
  }

  #common({ kind }: FinishedSpan): SpanAttributes {
    switch (kind) {
      case "chat":
        return { [ATTR.operationName]: kind, [ATTR.providerName]: this.#provider };
      case "invoke_agent":
        return {
          [ATTR.operationName]: kind,
          [ATTR.providerName]: this.#provider,
          [ATTR.agentVersion]: this.#options.agentVersion,
        };
      case "execute_tool":
        return { [ATTR.operationName]: kind };
      default:
        return {};
    }
  }

  /** Without what is not known, and without personal data unless it is asked for. */
  #attributes(...parts: readonly SpanAttributes[]): Attributes {
    const kept: Attributes = {};
    for (const part of parts) {
      for (const [name, value] of Object.entries(part)) {
        if (value !== undefined && (this.capturesContent || !isPersonal(name))) kept[name] = value;
      }
    }
    return kept;
  }

  #measure({ kind, start, end, attributes }: FinishedSpan, context: Context): void {
    const seconds = (end - start) / 1000;
    const of = (...names: (keyof SpanAttributes)[]) =>
      this.#attributes(Object.fromEntries(names.map((name) => [name, attributes[name]])));
    if (kind === "invoke_agent") {
      this.#instruments?.agentDuration.record(seconds, of(ATTR.agentName, ATTR.errorType), context);
    } else if (kind === "execute_tool") {
      const about = of(ATTR.agentName, ATTR.toolName, ATTR.errorType);
      this.#instruments?.toolDuration.record(seconds, about, context);
    } else if (kind === "approval") {
      this.#instruments?.approvalWait.record(seconds, of(ATTR.approvalAnswer), context);
    }
  }
}
