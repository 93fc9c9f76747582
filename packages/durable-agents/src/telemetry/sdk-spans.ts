// The Agents SDK's own tracing as a source of logical spans: it reports agents, tools, hand-offs and guardrails, nested ones
// too, and of what a user's code adds. Spans of a durable run are made here, and reach nobody else: an exporter would send
// each of them once for every replay. Spans outside of durable runs stay the SDK's.

import { AsyncLocalStorage } from "node:async_hooks";
import {
  getCurrentSpan,
  getGlobalTraceProvider,
  NoopTrace,
  Span,
  type SpanData,
  type TracingProcessor,
} from "@openai/agents-core";
import type { Attributes } from "@opentelemetry/api";
import { currentDurableRun } from "../agents/run.ts";
import type { SpanKindName } from "./emitter.ts";
import { InvocationSpans, type LogicalSpan } from "./invocation-spans.ts";
import { ATTR } from "./registry.ts";

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own type for a span of any data
type AnySpan = Span<any>;

// A span of the SDK that is none of ours, such as a turn, stands for the one around it.
const logical = new WeakMap<AnySpan, { readonly span: LogicalSpan | undefined; readonly isOwn: boolean }>();

// An agent used as a tool begins a run of its own, outside of every span of the SDK.
const toolSpan = new AsyncLocalStorage<LogicalSpan>();

/** Runs a tool's body, which works for the span of its call. */
export function withinToolSpan<T>(span: LogicalSpan, body: () => T): T {
  return toolSpan.run(span, body);
}

/** The logical span that the code now running works for. */
export function currentLogicalSpan(): LogicalSpan | undefined {
  const current = getCurrentSpan();
  return (current ? logical.get(current)?.span : undefined) ?? toolSpan.getStore();
}

let installed = false;

/** Makes the spans of durable runs logical ones. Needed once; further calls do nothing. */
export function installSdkSpans(): void {
  if (installed) return;
  installed = true;
  const provider = getGlobalTraceProvider();
  const createTrace = provider.createTrace.bind(provider);
  const createSpan = provider.createSpan.bind(provider);
  provider.createTrace = (options) => (spansOfRun() ? new NoopTrace() : createTrace(options));
  provider.createSpan = (options, parent) => {
    const spans = spansOfRun();
    if (!spans || options.disabled) {
      // A step runs outside of the run, and has its `chat` already: its model's own span would go to the SDK's exporter.
      const around = parent ?? getCurrentSpan();
      const isOurs = around instanceof Span && logical.has(around);
      return createSpan(isOurs ? { ...options, disabled: true } : options, parent);
    }
    const outer = (parent instanceof Span ? logical.get(parent)?.span : undefined) ?? currentLogicalSpan();
    const own = described(options.data, spans.emitter.capturesContent);
    const span = own && spans.start(own.kind, own.name, outer);
    if (span) {
      Object.assign(span.attributes, own.attributes, { [ATTR.conversationId]: currentDurableRun()?.groupId });
    }
    const made = new EmittedSpan(
      { ...options, spanId: span?.id ?? NOT_EMITTED, traceId: spans.trace.traceId },
      noProcessor,
    );
    logical.set(made, { span: span ?? outer, isOwn: span !== undefined });
    return made;
  };
}

// The id of spans that are not emitted: any will do that does not say "none".
const NOT_EMITTED = "span_not_emitted";

function spansOfRun(): InvocationSpans | undefined {
  const run = currentDurableRun();
  return run && InvocationSpans.of(run.context.request());
}

/** A span of the SDK whose times are its logical span's: the SDK's own would be a replay's. */
class EmittedSpan<D extends SpanData> extends Span<D> {
  override start(): void {}

  override end(): void {
    const { span, isOwn } = logical.get(this) ?? {};
    if (!span || !isOwn) return;
    // Some of it is known only now: where a hand-off went, what a guardrail decided, a tool's result.
    Object.assign(span.attributes, described(this.spanData, span.capturesContent)?.attributes);
    // What the SDK says of an error may quote the model or a tool.
    span.end(this.error === null ? {} : { errorType: "_OTHER" });
  }
}

const noProcessor: TracingProcessor = {
  onTraceStart: async () => {},
  onTraceEnd: async () => {},
  onSpanStart: async () => {},
  onSpanEnd: async () => {},
  shutdown: async () => {},
  forceFlush: async () => {},
};

interface Described {
  readonly kind: SpanKindName;
  readonly name: string;
  readonly attributes: Attributes;
}

/** A span of the SDK by the registry's names; undefined for one of the SDK's own household, and for a model call, which has its step. */
function described(data: SpanData, capturesContent: boolean): Described | undefined {
  const of = (kind: SpanKindName, whose: string | undefined, attributes: Attributes = {}): Described => ({
    kind,
    name: whose ? `${kind} ${whose}` : kind,
    attributes,
  });
  switch (data.type) {
    case "agent":
      return of("invoke_agent", data.name, { [ATTR.agentName]: data.name });
    case "function":
      return of("execute_tool", data.name, {
        [ATTR.toolName]: data.name,
        // The run's own `traceIncludeSensitiveData` may leave them empty, and does not put them here.
        [ATTR.toolArguments]: (capturesContent && data.input) || undefined,
        [ATTR.toolResult]: (capturesContent && data.output) || undefined,
      });
    case "handoff":
      return of("handoff", "", { [ATTR.handoffFrom]: data.from_agent, [ATTR.handoffTo]: data.to_agent });
    case "guardrail":
      return of("guardrail", data.name, {
        [ATTR.guardrailName]: data.name,
        [ATTR.guardrailTriggered]: data.triggered,
      });
    case "mcp_tools":
      return of("list_tools", data.server);
    case "custom":
      return { kind: "custom", name: data.name, attributes: {} };
    default:
      return undefined;
  }
}
