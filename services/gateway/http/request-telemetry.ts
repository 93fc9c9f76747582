// One server span for each request, in the trace that the client began or in one of its own, and how long answers take. Loaded
// only when there is somewhere to send them.

import { recordMetric } from "@holdfast/service-kit/metrics";
import { ATTR, METRIC } from "@holdfast/service-kit/registry";
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** What the gateway needs of telemetry. */
export interface RequestTelemetry {
  /** Traces and measures the requests of an app that has no hooks or routes yet. */
  observe(app: Pick<FastifyInstance, "addHook">): void;
  /** Calls Restate within the trace of the request at work. */
  readonly fetch: typeof fetch;
}

interface TracedRequest {
  readonly span: Span;
  readonly context: Context;
}

/** @param tracer the process's */
export function requestTelemetry(tracer: Tracer): RequestTelemetry {
  const requests = new WeakMap<FastifyRequest, TracedRequest>();
  // Its names are those of OpenTelemetry's HTTP conventions. Paths, addresses and queries can hold personal data.
  const attributesOf = ({ method, protocol, routeOptions: { url } }: FastifyRequest) => ({
    [ATTR.httpMethod]: method,
    [ATTR.urlScheme]: protocol,
    ...(url !== undefined && { [ATTR.httpRoute]: url }),
  });
  const begin = (request: FastifyRequest, reply: FastifyReply): TracedRequest => {
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const name = [request.method, request.routeOptions.url].filter(Boolean).join(" ");
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: attributesOf(request) }, parent);
    const traced = { span, context: trace.setSpan(parent, span) };
    requests.set(request, traced);
    propagation.inject(traced.context, reply, { set: (to, header, value) => to.header(header, value) });
    return traced;
  };
  return {
    observe(app) {
      app.addHook("onRequest", (request, reply, done) => {
        if (isExcluded(request)) return done();
        context.with(begin(request, reply).context, done);
      });
      // A body is read on its socket's time: what follows is called from outside of the request's context.
      app.addHook("preValidation", (request, _reply, done) => {
        const traced = requests.get(request);
        if (!traced) return done();
        context.with(traced.context, done);
      });
      app.addHook("onResponse", (request, reply, done) => {
        const traced = requests.get(request);
        if (traced) end(traced.span, request, reply);
        done();
      });
    },
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, ...traceHeaders() } }),
  };

  function end(span: Span, request: FastifyRequest, reply: FastifyReply): void {
    const { statusCode } = reply;
    const errorType = statusCode >= 500 ? { [ATTR.errorType]: String(statusCode) } : {};
    span.setAttributes({ [ATTR.httpStatusCode]: statusCode, ...errorType });
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    recordMetric(METRIC.httpServerDuration, reply.elapsedTime / 1000, {
      ...attributesOf(request),
      [ATTR.httpStatusCode]: statusCode,
      ...errorType,
    });
  }
}

/** Probes, which come all the time, and streams, which can take hours, are not traced. */
function isExcluded({ routeOptions: { config } }: FastifyRequest): boolean {
  return config.quiet === true || config.stream === true;
}

function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(trace.getActiveSpan() ? context.active() : notSampled(), headers);
  return headers;
}

/** The context of a stream's polls: without it Restate would begin a trace for each. */
function notSampled(): Context {
  const [traceId, spanId] = [crypto.randomUUID(), crypto.randomUUID()].map((id) => id.replaceAll("-", ""));
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceId ?? "",
    spanId: spanId?.slice(0, 16) ?? "",
    traceFlags: TraceFlags.NONE,
  });
}
