/**
 * OTLP's export requests, in protobuf or JSON, as records. Protobuf is decoded by the messages that OpenTelemetry's own
 * transformer was generated with: it is pinned to a version that still has them.
 */

import generated from "otlp-messages/build/src/generated/root.js";
import { z } from "zod";
import type { AttributeValue, LogRecord, MetricRecord, SpanRecord } from "./records.ts";

interface MessageType {
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown, options: { longs: StringConstructor }): unknown;
}

const messageType = z.custom<MessageType>((value) => typeof value === "function" && "decode" in value);
const service = <Name extends string>(name: Name) =>
  z.object({ v1: z.object({ [name]: messageType } as Record<Name, typeof messageType>) });
const { trace, metrics, logs } = z
  .object({
    opentelemetry: z.object({
      proto: z.object({
        collector: z.object({
          trace: service("ExportTraceServiceRequest"),
          metrics: service("ExportMetricsServiceRequest"),
          logs: service("ExportLogsServiceRequest"),
        }),
      }),
    }),
  })
  .parse(generated).opentelemetry.proto.collector;

// JSON has ids in hex, integers of 64 bits as numbers or strings, and leaves out what is empty.
const id = z
  .union([z.string(), z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString("hex"))])
  .default("");
const text = z.string().default("");
const integer = z.union([z.number(), z.string().transform(Number)]);
const milliseconds = z
  .union([z.number(), z.string()])
  .default(0)
  .transform((nanoseconds) => Number(nanoseconds) / 1e6);

const anyValue: z.ZodType<AttributeValue, unknown> = z.lazy(() =>
  z
    .object({
      stringValue: z.string(),
      boolValue: z.boolean(),
      intValue: integer,
      doubleValue: z.number(),
      bytesValue: z.union([
        z.string(),
        z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString("base64")),
      ]),
      arrayValue: z.object({ values: z.array(anyValue).default([]) }).transform(({ values }) => values),
      kvlistValue: z.object({ values: attributes }).transform(({ values }) => values),
    })
    .partial()
    // It has one of them, or none.
    .transform((value): AttributeValue => Object.values(value).find((set) => set !== undefined) ?? null),
);
const attributes = z
  .array(z.object({ key: z.string(), value: anyValue.default(null) }))
  .default([])
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])));

const resource = z.object({ attributes }).default({ attributes: {} });
const scope = z.object({ name: text }).default({ name: "" });

const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
const STATUSES = ["unset", "ok", "error"] as const;

const span = z.object({
  traceId: id,
  spanId: id,
  parentSpanId: id,
  name: text,
  kind: z
    .int()
    .default(0)
    .transform((kind) => KINDS[kind] ?? "unspecified"),
  startTimeUnixNano: milliseconds,
  endTimeUnixNano: milliseconds,
  attributes,
  events: z.array(z.object({ name: text, timeUnixNano: milliseconds, attributes })).default([]),
  links: z.array(z.object({ traceId: id, spanId: id, attributes })).default([]),
  status: z
    .object({ code: z.int().default(0), message: text })
    .default({ code: 0, message: "" })
    .transform(({ code, message }) => ({ code: STATUSES[code] ?? "unset", message })),
});

const point = { attributes, timeUnixNano: milliseconds };
const numberPoint = z.object({ ...point, asDouble: z.number().optional(), asInt: integer.optional() });
const distributionPoint = z.object({ ...point, count: integer.default(0), sum: z.number().default(0) });
const distribution = z.object({ dataPoints: z.array(distributionPoint).default([]) });
const metric = z.object({
  name: text,
  unit: text,
  gauge: z.object({ dataPoints: z.array(numberPoint).default([]) }).optional(),
  sum: z
    .object({ dataPoints: z.array(numberPoint).default([]), isMonotonic: z.boolean().default(false) })
    .optional(),
  histogram: distribution.optional(),
  exponentialHistogram: distribution.optional(),
  summary: distribution.optional(),
});

const log = z.object({
  timeUnixNano: milliseconds,
  severityText: text,
  body: anyValue.default(null),
  attributes,
  traceId: id,
  spanId: id,
});

const traceRequest = z.object({
  resourceSpans: z
    .array(
      z.object({
        resource,
        scopeSpans: z.array(z.object({ scope, spans: z.array(span).default([]) })).default([]),
      }),
    )
    .default([]),
});
const metricsRequest = z.object({
  resourceMetrics: z
    .array(
      z.object({
        resource,
        scopeMetrics: z.array(z.object({ scope, metrics: z.array(metric).default([]) })).default([]),
      }),
    )
    .default([]),
});
const logsRequest = z.object({
  resourceLogs: z
    .array(
      z.object({
        resource,
        scopeLogs: z.array(z.object({ scope, logRecords: z.array(log).default([]) })).default([]),
      }),
    )
    .default([]),
});

export type Encoding = "protobuf" | "json";

export function readSpans(body: Buffer, encoding: Encoding): SpanRecord[] {
  const { resourceSpans } = traceRequest.parse(decode(trace.v1.ExportTraceServiceRequest, body, encoding));
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(({ startTimeUnixNano, endTimeUnixNano, events, ...rest }) => ({
        ...rest,
        start: startTimeUnixNano,
        end: endTimeUnixNano,
        events: events.map(({ timeUnixNano, ...event }) => ({ ...event, at: timeUnixNano })),
        resource: resource.attributes,
        scope: scope.name,
      })),
    ),
  );
}

export function readMetrics(body: Buffer, encoding: Encoding): MetricRecord[] {
  const { resourceMetrics } = metricsRequest.parse(
    decode(metrics.v1.ExportMetricsServiceRequest, body, encoding),
  );
  return resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.flatMap((metric) =>
        pointsOf(metric).map((point) => ({
          ...point,
          name: metric.name,
          unit: metric.unit,
          resource: resource.attributes,
          scope: scope.name,
        })),
      ),
    ),
  );
}

type Point = Pick<MetricRecord, "kind" | "attributes" | "at" | "value" | "count" | "monotonic">;

function pointsOf({ gauge, sum, ...distributions }: z.output<typeof metric>): Point[] {
  const number =
    (kind: "sum" | "gauge", monotonic: boolean) =>
    ({ attributes, timeUnixNano, asDouble, asInt }: z.output<typeof numberPoint>): Point => ({
      kind,
      attributes,
      at: timeUnixNano,
      value: asDouble ?? asInt ?? 0,
      count: 1,
      monotonic,
    });
  const points = [
    ...(gauge?.dataPoints ?? []).map(number("gauge", false)),
    ...(sum?.dataPoints ?? []).map(number("sum", sum?.isMonotonic ?? false)),
  ];
  for (const kind of ["histogram", "exponentialHistogram", "summary"] as const) {
    for (const { attributes, timeUnixNano, count, sum } of distributions[kind]?.dataPoints ?? []) {
      points.push({ kind, attributes, at: timeUnixNano, value: sum, count, monotonic: false });
    }
  }
  return points;
}

export function readLogs(body: Buffer, encoding: Encoding): LogRecord[] {
  const { resourceLogs } = logsRequest.parse(decode(logs.v1.ExportLogsServiceRequest, body, encoding));
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map(({ timeUnixNano, severityText, ...rest }) => ({
        ...rest,
        at: timeUnixNano,
        severity: severityText,
        resource: resource.attributes,
        scope: scope.name,
      })),
    ),
  );
}

function decode(type: MessageType, body: Buffer, encoding: Encoding): unknown {
  return encoding === "json"
    ? JSON.parse(body.toString())
    : type.toObject(type.decode(body), { longs: String });
}
