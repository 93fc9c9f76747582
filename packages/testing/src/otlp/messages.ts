/**
 * OTLP's export requests, in protobuf or JSON, as records. Protobuf is decoded by the messages that OpenTelemetry's own
 * transformer was generated with: it is pinned to a version that still has them.
 */

import generated from "otlp-messages/build/src/generated/root.js";
import { z } from "zod";
import type { AttributeValue, LogRecord, MetricRecord, Origin, SpanRecord } from "./records.ts";

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
const list = <Entry extends z.ZodType>(entry: Entry) =>
  z
    .array(entry)
    .optional()
    .transform((all) => all ?? []);
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
      arrayValue: z.object({ values: list(anyValue) }).transform(({ values }) => values),
      kvlistValue: z.object({ values: attributes }).transform(({ values }) => values),
    })
    .partial()
    // It has one of them, or none.
    .transform((value): AttributeValue => Object.values(value).find((set) => set !== undefined) ?? null),
);
const attributes = list(z.object({ key: z.string(), value: anyValue.default(null) })).transform((pairs) =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value])),
);
const moment = z.object({ name: text, timeUnixNano: milliseconds, attributes });

const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
const STATUSES = ["unset", "ok", "error"] as const;

const span = z
  .object({
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
    events: list(moment.transform(({ timeUnixNano: at, ...event }) => ({ ...event, at }))),
    links: list(z.object({ traceId: id, spanId: id, attributes })),
    status: z
      .object({ code: z.int().default(0), message: text })
      .default({ code: 0, message: "" })
      .transform(({ code, message }) => ({ code: STATUSES[code] ?? "unset", message })),
  })
  .transform(({ startTimeUnixNano: start, endTimeUnixNano: end, ...rest }) => ({ ...rest, start, end }));

const point = { attributes, timeUnixNano: milliseconds };
const numberPoint = z.object({ ...point, asDouble: z.number().optional(), asInt: integer.optional() });
const distributionPoint = z.object({ ...point, count: integer.default(0), sum: z.number().default(0) });
const distribution = z.object({ dataPoints: list(distributionPoint) });
const metric = z.object({
  name: text,
  unit: text,
  gauge: z.object({ dataPoints: list(numberPoint) }).optional(),
  sum: z.object({ dataPoints: list(numberPoint), isMonotonic: z.boolean().default(false) }).optional(),
  histogram: distribution.optional(),
  exponentialHistogram: distribution.optional(),
  summary: distribution.optional(),
});

const log = z
  .object({
    timeUnixNano: milliseconds,
    severityText: text,
    body: anyValue.default(null),
    attributes,
    traceId: id,
    spanId: id,
  })
  .transform(({ timeUnixNano: at, severityText: severity, ...rest }) => ({ ...rest, at, severity }));

const ofResource = z.looseObject({ resource: z.object({ attributes }).default({ attributes: {} }) });
const ofScope = z.looseObject({ scope: z.object({ name: text }).default({ name: "" }) });

export type Encoding = "protobuf" | "json";

export function readSpans(body: Buffer, encoding: Encoding): SpanRecord[] {
  const request = decode(trace.v1.ExportTraceServiceRequest, body, encoding);
  return entriesOf(request, ["resourceSpans", "scopeSpans", "spans"], span);
}

export function readMetrics(body: Buffer, encoding: Encoding): MetricRecord[] {
  const request = decode(metrics.v1.ExportMetricsServiceRequest, body, encoding);
  const found = entriesOf(request, ["resourceMetrics", "scopeMetrics", "metrics"], metric);
  return found.flatMap(({ name, unit, resource, scope, ...metric }) =>
    pointsOf(metric).map((point) => ({ ...point, name, unit, resource, scope })),
  );
}

export function readLogs(body: Buffer, encoding: Encoding): LogRecord[] {
  const request = decode(logs.v1.ExportLogsServiceRequest, body, encoding);
  return entriesOf(request, ["resourceLogs", "scopeLogs", "logRecords"], log);
}

/** The entries of a request, which has them by resource and scope: under the names of `path`, from the outside in. */
function entriesOf<Entry extends object>(
  request: object,
  [resources, scopes, entries]: readonly [string, string, string],
  entry: z.ZodType<Entry>,
): (Entry & Origin)[] {
  const within = <T>(holder: object, name: string, kind: z.ZodType<T>): T[] =>
    list(kind).parse(Reflect.get(holder, name));
  return within(request, resources, ofResource).flatMap(({ resource: { attributes }, ...ofIt }) =>
    within(ofIt, scopes, ofScope).flatMap(({ scope: { name }, ...ofIt }) =>
      within(ofIt, entries, entry).map((found) => ({ ...found, resource: attributes, scope: name })),
    ),
  );
}

type Point = Pick<MetricRecord, "kind" | "attributes" | "at" | "value" | "count" | "monotonic">;

function pointsOf({ gauge, sum, ...distributions }: Omit<z.output<typeof metric>, "name" | "unit">): Point[] {
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

function decode(type: MessageType, body: Buffer, encoding: Encoding): object {
  const message: unknown =
    encoding === "json" ? JSON.parse(body.toString()) : type.toObject(type.decode(body), { longs: String });
  return z.looseObject({}).parse(message);
}
