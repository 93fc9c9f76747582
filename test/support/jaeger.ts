// Reads traces by Jaeger's query API.

import { z } from "zod";
import type { TraceSpan } from "./one-trace.ts";

const tracesSchema = z.object({
  data: z
    .array(
      z.object({
        spans: z.array(
          z.object({
            traceID: z.string(),
            spanID: z.string(),
            operationName: z.string(),
            processID: z.string(),
            /** Both in microseconds. */
            startTime: z.number(),
            duration: z.number(),
            references: z.array(z.object({ refType: z.string(), spanID: z.string(), traceID: z.string() })),
            tags: z.array(z.object({ key: z.string(), value: z.unknown() })),
          }),
        ),
        processes: z.record(z.string(), z.object({ serviceName: z.string() })),
      }),
    )
    .nullish(),
});

export interface JaegerSpan extends TraceSpan {
  readonly traceId: string;
  readonly service: string;
}

/** What Jaeger makes of other fields of a span, beside its attributes. */
const NO_ATTRIBUTE = /^(span\.kind|error|w3c\.\w+|otel\..+)$/;

/** The spans of a trace, as far as they have come; none while it is not known. */
export function traceSpans(jaegerUrl: string, traceId: string): Promise<JaegerSpan[]> {
  return query(`${jaegerUrl}/api/traces/${traceId}`);
}

/** The spans of all traces that a service has part in, of the last hour. */
export function spansAround(jaegerUrl: string, service: string): Promise<JaegerSpan[]> {
  return query(`${jaegerUrl}/api/traces?service=${service}&lookback=1h&limit=1000`);
}

async function query(url: string): Promise<JaegerSpan[]> {
  const { data } = tracesSchema.parse(await (await fetch(url)).json());
  return (data ?? []).flatMap(({ spans, processes }) =>
    spans.map(({ spanID, traceID, operationName, processID, startTime, duration, references, tags }) => ({
      traceId: traceID,
      spanId: spanID,
      parentSpanId: references.find((one) => one.refType === "CHILD_OF" && one.traceID === traceID)?.spanID,
      name: operationName,
      service: processes[processID]?.serviceName ?? "",
      start: startTime / 1000,
      end: (startTime + duration) / 1000,
      attributes: Object.fromEntries(
        tags.filter(({ key }) => !NO_ATTRIBUTE.test(key)).map(({ key, value }) => [key, value]),
      ),
    })),
  );
}
